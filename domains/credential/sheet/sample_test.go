package sheet_test

import (
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sheet"
)

// The samples say the same for two readers. Nobody in them is real, and neither are the
// numbers.

func words(first, other string) sheet.Text { return sheet.Text{First: first, Other: other} }

func turned(t sheet.Text) sheet.Text { return sheet.Text{First: t.Other, Other: t.First} }

// simplified is a residence certificate for a reader of Simplified Chinese.
func simplified() sheet.Sheet {
	return sheet.Sheet{
		Lang:   "zh-Hans",
		Title:  words("台湾居民居住证明", "臺灣居民居住證明"),
		Notice: words("示例，仅供演示", "示例，僅供演示"),
		Rows: []sheet.Row{
			{Label: words("姓名", "姓名"), Value: "陳怡君"},
			{Label: words("证件号码", "證件號碼"), Value: "830000********0017"},
			{Label: words("出生日期", "出生日期"), Value: "1990年1月2日"},
			{Label: words("居住地址", "居住地址"), Value: "福建省平潭综合实验区示例路（测试段）88号7座1203室，邮编350400"},
			{Label: words("办理事项", "辦理事項"), Value: "Residence certificate for school enrolment, 子女入學 (2026–2027)"},
		},
		Issuer:   sheet.Row{Label: words("签发机关", "簽發機關"), Value: "福建省示例公安机关出入境管理部门"},
		Number:   sheet.Row{Label: words("证照编号", "證照編號"), Value: "MZT-2026-000123-X"},
		Validity: sheet.Row{Label: words("有效期", "有效期"), Value: "2026年3月1日至2027年2月28日"},
		Code:     "https://example.invalid/v/MZT-2026-000123-X",
		Hint:     words("扫码核验", "掃碼核驗"),
		Rare:     words("〓后方括号内为该字的国际统一编码（Unicode），本字体没有该字。", "〓後方括號內為該字的國際統一編碼（Unicode），本字型沒有該字。"),
		Drawn:    time.Date(2026, 3, 1, 1, 2, 3, 0, time.UTC),
	}
}

// traditional is the same for a reader of Traditional Chinese.
func traditional() sheet.Sheet {
	s := simplified()
	s.Lang, s.Title, s.Notice, s.Hint, s.Rare = "zh-Hant-TW", turned(s.Title), turned(s.Notice), turned(s.Hint), turned(s.Rare)
	for i := range s.Rows {
		s.Rows[i].Label = turned(s.Rows[i].Label)
	}
	s.Rows[0].Value = "陳𠮷怡"
	s.Rows[3].Value = "福建省平潭綜合實驗區示例路（測試段）88號7座1203室，郵編350400"
	s.Issuer = sheet.Row{Label: turned(s.Issuer.Label), Value: "福建省示例公安機關出入境管理部門"}
	s.Number.Label, s.Validity.Label = turned(s.Number.Label), turned(s.Validity.Label)
	s.Validity.Value = "2026年3月1日至2027年2月28日（民國115年至116年）"
	return s
}
