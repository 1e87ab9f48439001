package synthetic

import (
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Firm is an invented firm with capital from Taiwan.
type Firm struct {
	Index      int
	CreditCode string
	Name       string // Simplified
	// Category is the registration category, which the code does not tell:
	// "taiwan_wholly_owned", "taiwan_joint_venture" or "taiwan_household".
	Category string
	Area     string // GB/T 2260, a place in Fujian
	State    State  // [StateIssued] or [StateRevoked]
	// RepresentativeKind and RepresentativeNumber name a document of the legal
	// representative, who is one of the people.
	RepresentativeKind   document.Kind
	RepresentativeNumber string
	RegisteredOn         civil.Date
}

// The places where firms are registered and permits issued, Pingtan more often
// than the others.
var areas = []string{
	"350128", "350128", "350128", "350128", // Pingtan
	"350100", "350200", "350300", "350400", "350500", "350600", "350700", "350800", "350900",
}

var (
	firmPlaces     = map[string]string{"350128": "平潭", "350100": "福州", "350200": "厦门", "350300": "莆田", "350400": "三明", "350500": "泉州", "350600": "漳州", "350700": "南平", "350800": "龙岩", "350900": "宁德"}
	firmBrands     = []string{"测试", "示例", "样本", "演示"}
	firmMarks      = []string{"海", "岚", "麒", "榕", "鹭", "桐", "茶", "潮", "松", "云", "石", "帆"}
	firmTrades     = []string{"贸易", "科技", "餐饮", "文化创意", "农业", "旅游", "医疗器械", "物流", "建筑设计", "教育咨询"}
	firmCategories = []string{"taiwan_wholly_owned", "taiwan_wholly_owned", "taiwan_joint_venture", "taiwan_household"}
)

// Firm computes firm i. It panics unless 0 <= i < Firms().
func (p *Population) Firm(i int) Firm {
	checkIndex("firm", i, p.options.Firms)
	d := newDraw(p.options.Seed, firmStream, i)
	area := choose(d, areas)
	firm := Firm{
		Index:        i,
		CreditCode:   creditCode(area, i),
		Category:     choose(d, firmCategories),
		Area:         area,
		State:        StateIssued,
		RegisteredOn: p.options.Today.AddDays(-30 - d.below(2500)),
	}
	firm.Name = firmName(d, area, firm.Category)
	if d.chance(0.03) {
		firm.State = StateRevoked
	}
	holder := p.Person(d.below(p.options.People))
	papers := holder.Documents()
	paper := papers[d.below(len(papers))]
	firm.RepresentativeKind, firm.RepresentativeNumber = paper.Kind, paper.Number
	return firm
}

func firmName(d *draw, area, category string) string {
	name := firmPlaces[area] + choose(d, firmBrands) + choose(d, firmMarks) + choose(d, firmTrades)
	if category == "taiwan_household" {
		return name + "工作室"
	}
	return name + "有限公司"
}

func choose(d *draw, from []string) string { return from[d.below(len(from))] }
