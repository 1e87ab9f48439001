package main

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
)

// The synthetic departments with an office each, and the officers in them. None
// of them has a password: minzhengtong staff token opens their sessions.
var (
	demoOffices = []staff.Office{
		{ID: "pingtan-hall", Name: "平潭行政服务中心", Area: "350128", Department: "service-hall", DepartmentName: "行政服务中心"},
		{ID: "fuzhou-hall", Name: "福州行政服务中心", Area: "350100", Department: "service-hall", DepartmentName: "行政服务中心"},
		{ID: "pingtan-tax", Name: "平潭税务局", Area: "350128", Department: "tax", DepartmentName: "税务局"},
		{ID: "fujian-audit", Name: "福建审计厅", Area: "350000", Department: "audit", DepartmentName: "审计厅"},
	}
	demoOfficers = []struct {
		login, office string
		duties        []actor.Duty
	}{
		{"admin", "pingtan-hall", []actor.Duty{actor.Administer}},
		{"window-1", "pingtan-hall", []actor.Duty{actor.Accept, actor.Review}},
		{"window-2", "pingtan-hall", []actor.Duty{actor.Accept, actor.Review}},
		{"window-3", "fuzhou-hall", []actor.Duty{actor.Accept, actor.Review}},
		{"tax-1", "pingtan-tax", []actor.Duty{actor.Accept}},
		{"auditor", "fujian-audit", []actor.Duty{actor.Audit}},
	}
)

// employ makes the synthetic offices and officers. What is there already is left
// alone.
func (d *demo) employ(ctx context.Context, h *house.House) error {
	for _, o := range demoOffices {
		if err := h.Staff.EnsureOffice(ctx, o); err != nil {
			return err
		}
	}
	for _, o := range demoOfficers {
		_, err := h.Staff.ByLogin(ctx, o.login)
		if errors.Is(err, staff.ErrNotFound) {
			_, _, err = h.Staff.Create(ctx, operator, staff.Account{Login: o.login, Name: o.login, Office: o.office, Duties: o.duties})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
