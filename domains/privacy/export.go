package privacy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
)

// Export is a copy of everything that is held about a person. The names of its
// fields in JSON are stable: programs of people read them. Times are UTC, dates
// YYYY-MM-DD, amounts fen of RMB.
type Export struct {
	Made time.Time `json:"export_time"`
	File string    `json:"file"`
	// Shortened names the lists of which only the newest are here: ten thousand,
	// or one thousand of consents, delegations and objections.
	Shortened []string `json:"shortened"`

	Documents   []ExportDocument   `json:"documents"`
	Printings   []ExportPrinting   `json:"printings"`
	Links       []ExportLink       `json:"links"`
	Inquiries   []ExportInquiry    `json:"inquiries"`
	Reviews     []ExportReview     `json:"reviews"`
	Data        []ExportDatum      `json:"data"`
	Records     []ExportRecord     `json:"records"`
	FirmRoles   []ExportRole       `json:"firm_roles"`
	Sessions    []ExportSession    `json:"sessions"`
	Consents    []ExportConsent    `json:"consents"`
	Uses        []ExportUse        `json:"uses"`
	Delegations []ExportDelegation `json:"delegations"`
	Corrections []ExportCorrection `json:"corrections"`
	Looks       []ExportLook       `json:"looks"`
	Objections  []ExportObjection  `json:"objections"`

	Notices       []ExportNotice       `json:"notices"`
	Addresses     []ExportAddress      `json:"addresses"`
	Channels      []ExportChannels     `json:"channels"`
	Registrations []ExportRegistration `json:"registrations"`
	Obligations   []ExportObligation   `json:"obligations"`
	AlarmSettings []ExportAlarmSetting `json:"alarm_settings"`
	Alarms        []ExportAlarm        `json:"alarms"`
	Feeds         []ExportFeed         `json:"feeds"`

	Decisions []ExportDecision `json:"decisions"`
	Claims    []ExportClaim    `json:"claims"`
	Receipts  []ExportReceipt  `json:"receipts"`
	Accounts  []ExportAccount  `json:"accounts"`
	Payouts   []ExportPayout   `json:"payouts"`
	Tasks     []ExportTask     `json:"payout_tasks"`

	DecisionObjections []ExportDecisionObjection `json:"decision_objections"`
	Disputes           []ExportDispute           `json:"disputes"`
	Finance            []ExportFinance           `json:"finance_applications"`
	LendingCases       []ExportLendingCase       `json:"lending_cases"`
	LendingOffers      []ExportLendingOffer      `json:"lending_offers"`
	LendingNotes       []ExportLendingNote       `json:"lending_notes"`

	Licences      []ExportLicence      `json:"licences"`
	LicenceEvents []ExportLicenceEvent `json:"licence_events"`
	Presentations []ExportPresentation `json:"presentations"`
	LicenceUses   []ExportLicenceUse   `json:"licence_uses"`
	CreditReports []ExportCreditReport `json:"credit_reports"`
	CreditQueries []ExportCreditQuery  `json:"credit_queries"`

	zone *time.Location
}

// LogValue keeps an export out of logs.
func (Export) LogValue() slog.Value { return slog.StringValue("[export]") }

// Export collects everything that is held about the person: all documents of the
// file, and what stands under them. The numbers are the person's own and shown
// in full; officers are told by office and department. It fails with
// guard.ErrNotFound.
//
// The lists are read one after the other, each as it is at that moment.
func (s *Service) Export(ctx context.Context, by actor.Actor) (Export, error) {
	documents, err := s.own(ctx, by)
	if err != nil {
		return Export{}, fmt.Errorf("export: %w", err)
	}
	e := Export{Made: s.time(), File: string(documents[0].Dossier), Shortened: []string{}, zone: s.zone}
	ids := idsOf(documents)
	for _, collect := range []func() error{
		func() error { return s.collectFile(ctx, &e, ids) },
		func() error { return s.collectConsents(ctx, &e, by) },
		func() error {
			list, err := s.sessions.Sessions(ctx, ids, most+1)
			e.Sessions = each(list, exportSession)
			return err
		},
		func() error {
			list, err := s.correctionsOf(ctx, ids, most+1)
			e.Corrections = each(list, exportCorrection)
			return err
		},
		func() error { return s.collectLooks(ctx, &e, by) },
		func() error { return s.collectReminders(ctx, &e, ids) },
		func() error { return s.collectSubsidies(ctx, &e, ids) },
		func() error { return s.collectLicences(ctx, &e, ids) },
		func() error { return s.collectCredits(ctx, &e, ids) },
		func() error {
			list, err := s.disputes.Holdings(ctx, most+1, ids...)
			e.Disputes = each(list, exportDispute)
			return err
		},
		func() error {
			list, err := s.finance.Holdings(ctx, most+1, ids...)
			e.Finance = each(list, exportFinance)
			return err
		},
		func() error {
			list, err := s.lending.Holdings(ctx, most+1, ids...)
			e.lend(list)
			return err
		},
	} {
		if err := collect(); err != nil {
			return Export{}, fmt.Errorf("export: %w", err)
		}
	}
	e.shorten()
	return e, nil
}

// collectFile fills in what package dossier holds.
func (s *Service) collectFile(ctx context.Context, e *Export, ids []actor.DocumentID) error {
	held, err := s.files.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	e.Documents, e.Printings = each(held.Documents, exportDocument), each(held.Printings, exportPrinting)
	e.Links, e.Inquiries = each(held.Links, exportLink), each(held.Inquiries, exportInquiry)
	e.Reviews, e.Data = each(held.Reviews, exportReview), each(held.Data, exportDatum)
	e.Records, e.FirmRoles = each(held.Records, exportRecord), each(held.Roles, exportRole)
	return nil
}

// collectConsents fills in what package consent holds.
func (s *Service) collectConsents(ctx context.Context, e *Export, by actor.Actor) error {
	consents, err := s.consents.List(ctx, by)
	if err != nil {
		return err
	}
	delegations, err := s.consents.Delegations(ctx, by)
	if err != nil {
		return err
	}
	e.Consents, e.Delegations = each(consents, exportConsent), each(delegations, exportDelegation)
	e.Uses = []ExportUse{}
	var after consent.UseCursor
	for more := true; more && len(e.Uses) <= most; {
		var uses []consent.Use
		if uses, more, err = s.consents.Uses(ctx, by, "", after, pageSize); err != nil {
			return err
		}
		if len(uses) == 0 {
			break
		}
		last := uses[len(uses)-1]
		after = consent.UseCursor{Decided: last.Decided, ID: last.ID}
		e.Uses = append(e.Uses, each(uses, exportUse)...)
	}
	return nil
}

// collectLooks fills in who looked, and the objections.
func (s *Service) collectLooks(ctx context.Context, e *Export, by actor.Actor) error {
	e.Looks = []ExportLook{}
	page := audit.Page{Limit: pageSize}
	for more := true; more && len(e.Looks) <= most; {
		var looks []audit.Shown
		var err error
		if looks, more, err = s.looks.Looks(ctx, by, page, false); err != nil {
			return err
		}
		if len(looks) == 0 {
			break
		}
		page.After = looks[len(looks)-1].ID
		e.Looks = append(e.Looks, each(looks, exportLook)...)
	}
	objections, err := s.looks.List(ctx, by)
	e.Objections = each(objections, exportObjection)
	return err
}

// collectReminders fills in what was told, what is due, and what rings for it.
func (s *Service) collectReminders(ctx context.Context, e *Export, ids []actor.DocumentID) error {
	told, err := s.notices.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	due, err := s.taxes.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	rings, err := s.alarms.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	e.Notices, e.Addresses, e.Channels = each(told.Notices, exportNotice), each(told.Endpoints, exportAddress), each(told.Choices, exportChannels)
	e.Registrations, e.Obligations = each(due.Registrations, exportRegistration), each(due.Obligations, exportObligation)
	e.AlarmSettings, e.Alarms, e.Feeds = each(rings.Settings, exportAlarmSetting), each(rings.Alarms, exportAlarm), each(rings.Feeds, exportFeed)
	return nil
}

// collectSubsidies fills in what people are entitled to, and how it is paid.
func (s *Service) collectSubsidies(ctx context.Context, e *Export, ids []actor.DocumentID) error {
	held, err := s.subsidies.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	e.Decisions, e.Claims, e.Receipts = each(held.Decisions, exportDecision), each(held.Claims, exportClaim), each(held.Receipts, exportReceipt)
	e.Accounts, e.Payouts, e.Tasks = each(held.Accounts, exportAccount), each(held.Payouts, exportPayout), each(held.Tasks, exportTask)
	e.DecisionObjections = each(held.Objections, exportDecisionObjection)
	return nil
}

// collectLicences fills in what the house vouches for, and who was shown it.
func (s *Service) collectLicences(ctx context.Context, e *Export, ids []actor.DocumentID) error {
	held, err := s.proofs.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	e.Licences, e.LicenceEvents = each(held.Licences, exportLicence), each(held.Events, exportLicenceEvent)
	e.Presentations, e.LicenceUses = each(held.Presentations, exportPresentation), each(held.Uses, exportLicenceUse)
	return nil
}

// collectCredits fills in the credit reports and who asked for them.
func (s *Service) collectCredits(ctx context.Context, e *Export, ids []actor.DocumentID) error {
	held, err := s.credits.Holdings(ctx, most+1, ids...)
	if err != nil {
		return err
	}
	e.CreditReports, e.CreditQueries = each(held.Reports, exportCreditReport), each(held.Queries, exportCreditQuery)
	return nil
}

// shorten cuts every list to what an export holds, and says which were longer.
func (e *Export) shorten() {
	e.Printings = cut(e, "printings", e.Printings)
	e.Links = cut(e, "links", e.Links)
	e.Inquiries = cut(e, "inquiries", e.Inquiries)
	e.Reviews = cut(e, "reviews", e.Reviews)
	e.Data = cut(e, "data", e.Data)
	e.Records = cut(e, "records", e.Records)
	e.FirmRoles = cut(e, "firm_roles", e.FirmRoles)
	e.Sessions = cut(e, "sessions", e.Sessions)
	e.Uses = cut(e, "uses", e.Uses)
	e.Corrections = cut(e, "corrections", e.Corrections)
	e.Looks = cut(e, "looks", e.Looks)
	e.Notices = cut(e, "notices", e.Notices)
	e.Addresses = cut(e, "addresses", e.Addresses)
	e.Channels = cut(e, "channels", e.Channels)
	e.Registrations = cut(e, "registrations", e.Registrations)
	e.Obligations = cut(e, "obligations", e.Obligations)
	e.AlarmSettings = cut(e, "alarm_settings", e.AlarmSettings)
	e.Alarms = cut(e, "alarms", e.Alarms)
	e.Feeds = cut(e, "feeds", e.Feeds)
	e.Decisions = cut(e, "decisions", e.Decisions)
	e.Claims = cut(e, "claims", e.Claims)
	e.Receipts = cut(e, "receipts", e.Receipts)
	e.Accounts = cut(e, "accounts", e.Accounts)
	e.Payouts = cut(e, "payouts", e.Payouts)
	e.Tasks = cut(e, "payout_tasks", e.Tasks)
	e.Licences = cut(e, "licences", e.Licences)
	e.LicenceEvents = cut(e, "licence_events", e.LicenceEvents)
	e.Presentations = cut(e, "presentations", e.Presentations)
	e.LicenceUses = cut(e, "licence_uses", e.LicenceUses)
	e.DecisionObjections = cut(e, "decision_objections", e.DecisionObjections)
	e.CreditReports = cut(e, "credit_reports", e.CreditReports)
	e.CreditQueries = cut(e, "credit_queries", e.CreditQueries)
	e.Disputes = cut(e, "disputes", e.Disputes)
	e.Finance = cut(e, "finance_applications", e.Finance)
	e.LendingCases = cut(e, "lending_cases", e.LendingCases)
	e.LendingOffers = cut(e, "lending_offers", e.LendingOffers)
	e.LendingNotes = cut(e, "lending_notes", e.LendingNotes)
	for _, l := range []struct {
		name string
		n    int
	}{{"consents", len(e.Consents)}, {"delegations", len(e.Delegations)}, {"objections", len(e.Objections)}} {
		if l.n >= mostListed {
			e.Shortened = append(e.Shortened, l.name)
		}
	}
}

// mostListed is how many consents, delegations and objections their packages
// list: all, or the thousand newest.
const mostListed = 1000

// pageSize is how many entries are read at once of lists that come in pages.
const pageSize = 500

func cut[T any](e *Export, name string, list []T) []T {
	if len(list) <= most {
		return list
	}
	e.Shortened = append(e.Shortened, name)
	return list[:most]
}

// JSON is the export in UTF-8. Characters that mean something in HTML are
// written as escapes.
func (e Export) JSON() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(e); err != nil {
		return nil, fmt.Errorf("write export: %w", err)
	}
	return out.Bytes(), nil
}

// FileName names an export made on a day, without anything personal in it.
func (e Export) FileName() string { return "minzhengtong-" + e.Made.Format("20060102-150405") }

// each translates a list; none is an empty one, which JSON writes as [].
func each[D, P any](list []D, translate func(D) P) []P {
	out := make([]P, len(list))
	for i, x := range list {
		out[i] = translate(x)
	}
	return out
}
