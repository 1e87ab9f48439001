package privacy

import (
	"maps"
	"slices"
	"strconv"

	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

func exportNotice(n notice.Notice) ExportNotice {
	e := ExportNotice{
		ID: string(n.ID), Document: string(n.Document), Kind: n.Kind, Topic: string(n.Topic),
		Values: []string{}, Created: n.Created, Read: n.Read,
		Channels: each(n.Deliveries, func(d notice.Delivery) string { return string(d.Channel) + ": " + string(d.State) }),
	}
	if n.Text != nil {
		e.Title, e.Text = n.Text.Title, n.Text.Body
	}
	for _, args := range append([]map[string]string{n.Args}, n.Lines...) {
		for _, name := range slices.Sorted(maps.Keys(args)) {
			e.Values = append(e.Values, name+": "+args[name])
		}
	}
	return e
}

func exportAddress(h notice.HeldEndpoint) ExportAddress {
	e := ExportAddress{
		ID: string(h.ID), Document: string(h.Document), Channel: string(h.Channel), Value: h.Address.Mail + h.Address.Phone,
		State: "unverified", Reason: string(h.Dead), Created: h.Created,
	}
	if h.Address.Push != nil {
		e.Value = h.Address.Push.Endpoint
	}
	switch {
	case h.Active:
		e.State = "active"
	case h.Dead != "":
		e.State = "dead"
	}
	return e
}

func exportChannels(h notice.HeldChoice) ExportChannels {
	return ExportChannels{Document: string(h.Document), Topic: string(h.Topic), Channels: entdb.Texts(h.Channels), Recorded: h.Changed}
}

func exportRegistration(r tax.Registration) ExportRegistration {
	return ExportRegistration{
		ID: string(r.ID), Document: string(r.Document), Kind: string(r.Tax), Cycle: string(r.Cycle), Area: r.Area,
		ValidFrom: day(r.From), ValidTo: day(r.To), Source: r.Source, SourceRef: r.Ref,
	}
}

func exportObligation(o tax.Obligation) ExportObligation {
	return ExportObligation{
		ID: string(o.ID), Document: string(o.Document), Kind: string(o.Kind), Period: string(o.Period), Name: o.Name, Area: o.Area, Due: day(o.Due),
		Basis: string(o.Basis), State: string(o.State), Outcome: o.DoneBy, Closed: o.DoneAt,
	}
}

func exportAlarmSetting(h alarm.HeldSetting) ExportAlarmSetting {
	return ExportAlarmSetting{
		Document: string(h.Document), Kind: string(h.Kind), Firm: string(h.Firm), Off: h.Off, Leads: each(h.Leads, strconv.Itoa),
		At: h.At, Cron: h.Cron, QuietFrom: h.QuietFrom, QuietTo: h.QuietTo, Recorded: h.Changed,
	}
}

func exportAlarm(h alarm.HeldAlarm) ExportAlarm {
	return ExportAlarm{
		Document: string(h.Document), Obligation: string(h.Obligation), Code: h.Slot, Time: h.At, State: h.State, Ended: h.Ended,
	}
}

func exportFeed(f alarm.Feed) ExportFeed {
	return ExportFeed{ID: string(f.ID), Document: string(f.Document), Created: f.Created, Used: f.Used, Ended: f.Ended}
}
