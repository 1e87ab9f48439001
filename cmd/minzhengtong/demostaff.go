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
		{ID: "pingtan-police", Name: "平潭公安局", Area: "350128", Department: "public-security", DepartmentName: "公安机关"},
		{ID: "fujian-finance", Name: "福建省财政厅", Area: "350000", Department: "finance", DepartmentName: "财政厅"},
		{ID: "coast-bank", Name: "海岸示例银行", Area: "350000", Department: "coast-bank", DepartmentName: "海岸示例银行"},
		{ID: "strait-bank", Name: "海峡示例银行", Area: "350000", Department: "strait-bank", DepartmentName: "海峡示例银行"},
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
		{"police-1", "pingtan-police", []actor.Duty{actor.Accept, actor.Review}},
		{"pay-1", "fujian-finance", []actor.Duty{actor.Pay}},
		{"pay-2", "fujian-finance", []actor.Duty{actor.Pay}},
		{"lend-1", "fujian-finance", []actor.Duty{actor.Review}},
		{"lend-2", "fujian-finance", []actor.Duty{actor.Review}},
		{"bank-1", "coast-bank", []actor.Duty{actor.Review}},
		{"bank-2", "strait-bank", []actor.Duty{actor.Review}},
		{policyAuthor, "pingtan-hall", []actor.Duty{actor.Review}},
		{policyPublisher, "pingtan-hall", []actor.Duty{actor.Approve}},
		{"auditor", "fujian-audit", []actor.Duty{actor.Audit}},
	}
)

// Who drafts the synthetic notices, and who publishes them.
const (
	policyAuthor    = "policy-1"
	policyPublisher = "policy-2"
)

// publish has the synthetic officers publish the sample notices. What was
// published or withdrawn already is left alone.
func (d *demo) publish(ctx context.Context, h *house.House) error {
	author, err := h.Staff.ByLogin(ctx, policyAuthor)
	if err != nil {
		return err
	}
	publisher, err := h.Staff.ByLogin(ctx, policyPublisher)
	if err != nil {
		return err
	}
	return h.Policies.Seed(ctx, author.Actor(), publisher.Actor())
}

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
