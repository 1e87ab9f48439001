package synthetic

import (
	"fmt"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Record is one thing that a person got done under one of the documents.
type Record struct {
	DocumentKind   document.Kind
	DocumentNumber string
	Kind           string // a stable name, such as "tax_payment"
	Title          string // Simplified, as the source words it
	Authority      string // Simplified
	OccurTime      time.Time
	AmountFen      *int64 // fen of RMB, or nil where no money moved
	Source         string // the system that it comes from
	SourceRef      string // the source's own name for it, unique in the source
}

// A matter is what records are about.
type matter struct {
	kind, title, authority, source string
	leastFen, mostFen              int // both 0 where no money moves
}

var matters = []matter{
	{"tax_payment", "个人所得税缴纳", "平潭综合实验区税务局", "tax", 100, 2_500_000},
	{"tax_payment", "契税缴纳", "福建省税务局", "tax", 500_000, 9_000_000},
	{"company_registration", "企业设立登记", "平潭综合实验区市场监督管理局", "market", 0, 0},
	{"medical_card", "医疗保障卡申领", "福建省医疗保障局", "medical", 0, 0},
	{"medical_payment", "医疗费用结算", "福建省医疗保障局", "medical", 500, 800_000},
	{"rental_filing", "房屋租赁备案", "平潭综合实验区自然资源与规划局", "housing", 0, 0},
	{"social_insurance", "社会保险参保登记", "福建省人力资源和社会保障厅", "social", 0, 0},
	{"vocational_licence", "职业资格采信", "平潭综合实验区人力资源局", "social", 0, 0},
	{"driving_licence", "驾驶证换领", "福建省公安厅交通警察总队", "traffic", 1000, 1000},
}

const mostRecords = 4

// RecordsOf is what person i got done, one to four things under any of the
// documents, replaced numbers included. It panics unless 0 <= i < People().
func (p *Population) RecordsOf(i int) []Record {
	return p.recordsOf(p.Person(i))
}

func (p *Population) recordsOf(person Person) []Record {
	d := newDraw(p.options.Seed, recordStream, person.Index)
	papers := person.Documents()
	records := make([]Record, 1+d.below(mostRecords))
	for k := range records {
		paper := papers[d.below(len(papers))]
		m := matters[d.below(len(matters))]
		records[k] = Record{
			DocumentKind:   paper.Kind,
			DocumentNumber: paper.Number,
			Kind:           m.kind,
			Title:          m.title,
			Authority:      m.authority,
			OccurTime:      p.officeTime(d),
			AmountFen:      m.amount(d),
			Source:         m.source,
			SourceRef:      fmt.Sprintf("%s-%07d-%d", m.source, person.Index, k+1),
		}
	}
	return records
}

// officeTime is a minute between nine and five in Asia/Shanghai (UTC+8 since
// 1991), in the four years before the registers were written.
func (p *Population) officeTime(d *draw) time.Time {
	return inHours(p.options.Today.AddDays(-1-d.below(1460)), d)
}

// inHours is a minute between nine and five of a day in Asia/Shanghai.
func inHours(day civil.Date, d *draw) time.Time {
	return day.In(time.UTC).Add(time.Hour + time.Duration(d.below(8*60))*time.Minute)
}

func (m matter) amount(d *draw) *int64 {
	if m.mostFen == 0 {
		return nil
	}
	fen := int64(m.leastFen + d.below(m.mostFen-m.leastFen+1))
	return &fen
}
