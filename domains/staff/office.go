package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	departmentrow "github.com/minzhengtong/minzhengtong/gen/ent/department"
)

// Errors of whoever sets the house up. They are no faults: no caller sees them.
var (
	// ErrArea: the region is no code of GB/T 2260.
	ErrArea = errors.New("staff: an office's area is six digits of GB/T 2260, such as 350128")
	// ErrMoved: an office or a system does not change departments.
	ErrMoved = errors.New("staff: it belongs to another department; make a new one")
	// ErrIncomplete: an ID or a name is missing.
	ErrIncomplete = errors.New("staff: IDs and names are required")
)

// Office is where officers of a department work.
type Office struct {
	ID             string
	Name           string
	Department     string
	DepartmentName string
	// Area is GB/T 2260: the office serves it with all that lies within.
	Area string
}

// Department is one department of the government.
type Department struct{ ID, Name string }

// EnsureOffice makes an office and its department, or brings names and area up
// to date. It is safe to repeat. It fails with [ErrArea], [ErrIncomplete] or
// [ErrMoved].
func (s *Service) EnsureOffice(ctx context.Context, o Office) error {
	switch {
	case !areaForm.MatchString(o.Area):
		return ErrArea
	case o.ID == "" || o.Name == "":
		return ErrIncomplete
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.ensureDepartment(ctx, Department{o.Department, o.DepartmentName}); err != nil {
			return err
		}
		r, err := s.db.Client(ctx).Office.Get(ctx, o.ID)
		switch {
		case ent.IsNotFound(err):
			return s.db.Client(ctx).Office.Create().SetID(o.ID).SetDepartmentID(o.Department).SetName(o.Name).
				SetArea(o.Area).SetCreateTime(s.time()).Exec(ctx)
		case err != nil:
			return fmt.Errorf("read office: %w", err)
		case r.DepartmentID != o.Department:
			return fmt.Errorf("office %s: %w", o.ID, ErrMoved)
		case r.Name == o.Name && r.Area == o.Area:
			return nil
		}
		return r.Update().SetName(o.Name).SetArea(o.Area).Exec(ctx)
	})
}

// EnsureDepartment makes a department, or renames it. It is safe to repeat.
func (s *Service) EnsureDepartment(ctx context.Context, d Department) error {
	return s.db.InTx(ctx, func(ctx context.Context) error { return s.ensureDepartment(ctx, d) })
}

func (s *Service) ensureDepartment(ctx context.Context, d Department) error {
	if d.ID == "" || d.Name == "" {
		return ErrIncomplete
	}
	r, err := s.db.Client(ctx).Department.Get(ctx, d.ID)
	switch {
	case ent.IsNotFound(err):
		return s.db.Client(ctx).Department.Create().SetID(d.ID).SetName(d.Name).SetCreateTime(s.time()).Exec(ctx)
	case err != nil:
		return fmt.Errorf("read department: %w", err)
	case r.Name == d.Name:
		return nil
	}
	return r.Update().SetName(d.Name).Exec(ctx)
}

// Departments lists all departments, by ID.
func (s *Service) Departments(ctx context.Context) ([]Department, error) {
	rows, err := s.db.Client(ctx).Department.Query().Order(departmentrow.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	list := make([]Department, len(rows))
	for i, r := range rows {
		list[i] = Department{ID: r.ID, Name: r.Name}
	}
	return list, nil
}

func has(duties []actor.Duty, d actor.Duty) bool { return slices.Contains(duties, d) }
