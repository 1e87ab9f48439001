package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/intake"
)

// edit returns a row with some columns changed: "sex=x".
func edit(columns, row string, changes ...string) string {
	names := strings.Split(strings.TrimSpace(columns), ",")
	fields := strings.Split(strings.TrimSpace(row), ",")
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		fields[slices.Index(names, name)] = value
	}
	return strings.Join(fields, ",") + "\n"
}

const (
	plainPermit  = "830000190101010019,01,张三,ZHANG SAN,1901-01-01,M,2024-01-01,2028-12-31,issued,90000010,,\n"
	firmHeader   = "credit_code,name,category,area,state,representative_kind,representative_number,registered_on\n"
	plainFirm    = "91350128MAYYY00056,平潭测试有限公司,taiwan_joint_venture,350128,issued,taiwan_pass,90000010,2024-01-01\n"
	recordHeader = "document_kind,document_number,kind,title,authority,occur_time,amount_fen,source,source_ref\n"
	plainRecord  = "taiwan_pass,90000010,tax_payment,个人所得税缴纳,平潭综合实验区税务局,2025-03-04T01:02:03Z,1200,tax,tax-1\n"
	taxHeader    = "document_kind,document_number,tax,cycle,area,valid_from,valid_to,source,source_ref\n"
	plainTax     = "taiwan_pass,90000010,vat_small,quarter,350128,2026-01-01,,tax,R1\n"
	filingHeader = "document_kind,document_number,tax,period,outcome,return_ref,decide_time\n"
	plainFiling  = "taiwan_pass,90000010,vat_small,2026-Q3,accepted,F1,2026-10-09T10:00:00+08:00\n"
)

// TestRowRejected are rows with one fault each, and the entry that they leave.
func TestRowRejected(t *testing.T) {
	t.Parallel()
	tests := map[intake.Kind][]struct{ change, field, reason string }{
		intake.Passes: {
			{"number=", "number", "IMPORT_FIELD_MISSING"},
			{"number=9000001", "number", "DOCUMENT_LENGTH"},
			{"number=9000001001A", "number", "DOCUMENT_LEGACY"},
			{"number=9000x010", "number", "DOCUMENT_DIGITS"},
			{"issue_count=1", "issue_count", "IMPORT_ISSUE_COUNT"},
			{"name_roman=CHEN\u0007", "name_roman", "IMPORT_CHARACTER"},
			{"name_mainland=陈\u202e测试", "name_mainland", "IMPORT_CHARACTER"},
			{"name_mainland=陈\uFFFD试", "name_mainland", "IMPORT_CHARACTER"},
			{"name_mainland=\"陈\n测试\"", "name_mainland", "IMPORT_CHARACTER"},
			{"name_roman=" + strings.Repeat("A", 201), "name_roman", "IMPORT_FIELD_TOO_LONG"},
			{"birth_date=1980-02-30", "birth_date", "IMPORT_DATE"},
			{"birth_date=2026-11-24", "birth_date", "IMPORT_DATE"},
			{"birth_date=1899-12-31", "birth_date", "IMPORT_DATE"},
			{"birth_date=1980/5/6", "birth_date", "IMPORT_DATE"},
			{"valid_from=+2024010", "valid_from", "IMPORT_DATE"},
			{"valid_to=2023-12-31", "valid_to", "IMPORT_DATE"},
			{"sex=X", "sex", "IMPORT_SEX"},
			{"state=", "state", "IMPORT_FIELD_MISSING"},
			{"state=valid", "state", "IMPORT_STATE"},
			{"phone=0912345678", "phone", "DATUM_INVALID"},
			{"replaces_number=1", "replaces_number", "DOCUMENT_LENGTH"},
		},
		intake.Permits: {
			{"number=830000190101010018", "number", "DOCUMENT_CHECK_CHARACTER"},
			{"birth_date=1901-01-02", "birth_date", "IMPORT_NUMBER_DIFFERS"},
			{"sex=F", "sex", "IMPORT_NUMBER_DIFFERS"},
			{"exit_entry_number=abc", "exit_entry_number", "DOCUMENT_LENGTH"},
		},
		intake.Firms: {
			{"credit_code=91350128MAYYY00057", "credit_code", "DOCUMENT_CHECK_CHARACTER"},
			{"name=", "name", "IMPORT_FIELD_MISSING"},
			{"name=" + strings.Repeat("公", 67), "name", "IMPORT_FIELD_TOO_LONG"},
			{"area=3501", "area", "IMPORT_AREA"},
			{"representative_kind=passport", "representative_kind", "DOCUMENT_KIND_UNKNOWN"},
			{"representative_number=90000099", "representative_number", "REGISTER_PERSON_UNKNOWN"},
			{"registered_on=soon", "registered_on", "IMPORT_DATE"},
		},
		intake.Records: {
			{"occur_time=2025-03-04", "occur_time", "IMPORT_TIME"},
			{"occur_time=", "occur_time", "IMPORT_FIELD_MISSING"},
			{"amount_fen=12.00", "amount_fen", "IMPORT_AMOUNT"},
			{"source_ref=", "source_ref", "IMPORT_FIELD_MISSING"},
			{"document_number=90000099", "document_number", "REGISTER_PERSON_UNKNOWN"},
		},
		intake.Registrations: {
			{"document_kind=", "document_kind", "DOCUMENT_KIND_UNKNOWN"},
			{"document_number=9000001", "document_number", "DOCUMENT_LENGTH"},
			{"document_number=90000099", "document_number", "REGISTER_PERSON_UNKNOWN"},
			{"tax=", "tax", "IMPORT_FIELD_MISSING"},
			{"tax=poll_tax", "tax", "REGISTRATION_INVALID"},
			{"tax=licence_renewal", "tax", "REGISTRATION_INVALID"},
			{"cycle=", "cycle", "REGISTRATION_INVALID"},
			{"cycle=year", "cycle", "REGISTRATION_INVALID"},
			{"area=3501", "area", "IMPORT_AREA"},
			{"valid_from=", "valid_from", "REGISTRATION_INVALID"},
			{"valid_from=2026/1/1", "valid_from", "IMPORT_DATE"},
			{"valid_to=2025-12-31", "valid_to", "REGISTRATION_INVALID"},
			{"source=", "source", "IMPORT_FIELD_MISSING"},
			{"source_ref=", "source_ref", "IMPORT_FIELD_MISSING"},
			{"source_ref=" + strings.Repeat("x", 101), "source_ref", "IMPORT_FIELD_TOO_LONG"},
		},
		intake.Filings: {
			{"document_number=90000099", "document_number", "REGISTER_PERSON_UNKNOWN"},
			{"tax=", "tax", "IMPORT_FIELD_MISSING"},
			{"tax=taiwan_pass_expiry", "tax", "FILING_INVALID"},
			{"period=", "period", "FILING_INVALID"},
			{"period=2026", "period", "FILING_INVALID"},
			{"outcome=", "outcome", "IMPORT_FIELD_MISSING"},
			{"outcome=yes", "outcome", "IMPORT_OUTCOME"},
			{"return_ref=", "return_ref", "IMPORT_FIELD_MISSING"},
			{"decide_time=2026-10-09", "decide_time", "IMPORT_TIME"},
		},
	}
	plain := map[intake.Kind][2]string{
		intake.Passes: {passHeader, plainPass}, intake.Permits: {permitHeader, plainPermit},
		intake.Firms: {firmHeader, plainFirm}, intake.Records: {recordHeader, plainRecord},
		intake.Registrations: {taxHeader, plainTax}, intake.Filings: {filingHeader, plainFiling},
	}
	for kind, cases := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, entdbtest.New(t), keys(t))
			d.take(t, intake.Passes, passes(plainPass))
			content, line := plain[kind][0], 2
			var want []string
			for _, c := range cases {
				row := edit(plain[kind][0], plain[kind][1], c.change)
				content += row
				want = append(want, fmt.Sprintf("%d,%s,%s", line, c.field, c.reason))
				line += strings.Count(row, "\n")
			}
			sum := d.take(t, kind, content+plain[kind][1])
			if got := rejected(t, sum); !slices.Equal(got, want) {
				t.Errorf("rejected\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if sum.Added+sum.Unchanged != 1 || sum.Line != int64(line) {
				t.Errorf("%v up to line %d, want one row taken and line %d", counts(sum.Progress), sum.Line, line)
			}
		})
	}
}

// TestRowTaken are rows in forms that people write.
func TestRowTaken(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][]string{
		"full-width digits":         {"number=９００００００１０", "issue_count=０２", "birth_date=１９８００５０６", "phone=＋８８６９００００００００１"},
		"spaces":                    {"number= 9000 0010\u3000", "name_mainland=\u3000陈测试 ", "state= issued "},
		"only a Latin name":         {"name_mainland=", "name_taiwan="},
		"character outside the BMP": {"name_mainland=陈𠮷𪚥"},
		"variation selector":        {"name_mainland=葛\U000E0100城"},
		"private character":         {"name_mainland=陈\uE000"},
		"unknown birth and sex":     {"birth_date=", "sex="},
		"replaces itself":           {"replaces_number=90000010"},
		"old form, taken back":      {"number=9000001002(B)", "issue_count=02", "state=replaced"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change[0] = strings.Replace(change[0], "９００００００１０", "９０００００１０", 1)
			d := newDesk(t, entdbtest.New(t), keys(t))
			sum := d.take(t, intake.Passes, passes(edit(passHeader, plainPass, change...)))
			if sum.Added != 1 {
				t.Fatalf("%v with %v, want one added", counts(sum.Progress), rejected(t, sum))
			}
		})
	}
}

// TestNamesAreComposed: NFC, so that two spellings of one name are equal.
func TestNamesAreComposed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	d.take(t, intake.Passes, passes(edit(passHeader, plainPass, "name_roman=LU\u0308")))
	if got := d.holder(t, plainNumber).Names.Roman; got != "LÜ" {
		t.Errorf("%+q, want %+q", got, "LÜ")
	}
}

// TestNumberCompletes: a permit's number states birth date and sex.
func TestNumberCompletes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	d.take(t, intake.Permits, permitHeader+edit(permitHeader, plainPermit, "birth_date=", "sex="))
	if got := d.holder(t, strings.Split(plainPermit, ",")[0]); got.Birth.String() != "1901-01-01" || got.Sex != "M" {
		t.Error("birth date and sex are not those of the number")
	}
}

// TestBrokenRows gives up the first line of a broken row and nothing else.
func TestBrokenRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("y", intake.MaxRow)
	tests := []struct {
		name  string
		rows  []string
		want  []string
		added int64
	}{
		{"too few fields", []string{plainPass, "1,2\n", secondPass}, []string{"3,,IMPORT_ROW"}, 2},
		{"too many fields", []string{strings.TrimSpace(plainPass) + ",\n", secondPass}, []string{"2,,IMPORT_ROW"}, 1},
		{"bare quote", []string{"a\"b,\n", secondPass}, []string{"2,,IMPORT_ROW"}, 1},
		{"quote not closed", []string{"\"" + plainPass, secondPass}, []string{"2,,IMPORT_ROW"}, 1},
		{"quote closed in a later line", []string{"\"" + plainPass, "x\"y\n", secondPass}, []string{"2,,IMPORT_ROW", "3,,IMPORT_ROW"}, 1},
		{"quote not closed in a large file", []string{"\"" + plainPass, strings.Repeat("\n", 100), strings.Repeat(secondPass, 2000), plainPass}, []string{"2,,IMPORT_ROW_TOO_LONG"}, 2},
		{"too many fields over lines", []string{"1,2,\"\n\n\"\n", secondPass}, []string{"2,,IMPORT_ROW", "4,,IMPORT_ROW"}, 1},
		{"line breaks in quotes", []string{"\"" + strings.TrimSpace(plainPass) + "\n\"", "\n", secondPass}, []string{"2,,IMPORT_ROW", "3,,IMPORT_ROW"}, 1},
		{"long line", []string{plainPass, long + "\n", secondPass}, []string{"3,,IMPORT_ROW_TOO_LONG"}, 2},
		{"very long line at the end", []string{plainPass, "\n\n", long, long, long}, []string{"5,,IMPORT_ROW_TOO_LONG"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, entdbtest.New(t), keys(t))
			sum := d.take(t, intake.Passes, passes(tt.rows...))
			if got := rejected(t, sum); !slices.Equal(got, tt.want) {
				t.Errorf("rejected %v, want %v", got, tt.want)
			}
			if sum.Added != tt.added {
				t.Errorf("%d added, want %d", sum.Added, tt.added)
			}
		})
	}
}

// TestArea: a file of permits may have the column or leave it out.
func TestArea(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	header, row := strings.TrimSpace(permitHeader)+",area\n", strings.TrimSpace(plainPermit)
	area := func() any { return query(t, d.db, `SELECT area FROM documents`)[0][0] }
	for _, step := range []struct {
		name, content string
		rejects       []string
		want          string
	}{
		{"no column", permitHeader + plainPermit, nil, ""},
		{"five digits", header + row + ",35012\n", []string{"2,area,IMPORT_AREA"}, ""},
		{"a word", header + row + ",Pingtan\n", []string{"2,area,IMPORT_AREA"}, ""},
		{"an area", header + row + ",350128\n", nil, "350128"},
		{"an empty field", header + row + ",\n", nil, "350128"},
		{"full width", header + row + ",３５０２００\n", nil, "350200"},
	} {
		sum := d.take(t, intake.Permits, step.content)
		if got := rejected(t, sum); !slices.Equal(got, step.rejects) {
			t.Errorf("%s: rejected %v, want %v", step.name, got, step.rejects)
		}
		if len(sum.Ignored) != 0 || area() != step.want {
			t.Errorf("%s: area %q and ignored %q, want %q and none", step.name, area(), sum.Ignored, step.want)
		}
	}
}

// TestFirmColumns: a file of firms may leave out what is collected of them, list
// it, or list nothing in it; then what it listed before stays.
func TestFirmColumns(t *testing.T) {
	t.Parallel()
	d := newDesk(t, entdbtest.New(t), keys(t))
	d.take(t, intake.Passes, passes(plainPass))
	header := strings.TrimSpace(firmHeader) + ",registered_address,business_scope,contact_phone\n"
	row := strings.TrimSpace(plainFirm)
	codes := func() (list []any) {
		for _, r := range query(t, d.db, `SELECT code FROM data WHERE end_time IS NULL AND code <> 'mobile_phone' ORDER BY code`) {
			list = append(list, r[0])
		}
		return list
	}
	for _, step := range []struct {
		name, content string
		want          intake.Progress
		rejected      []string
		codes         []any
	}{
		{"left out", firmHeader + row + "\n", intake.Progress{Added: 1}, nil, nil},
		{"no phone", header + row + ",,,0591\n", intake.Progress{Rejected: 1}, []string{"2,contact_phone,DATUM_INVALID"}, nil},
		{"listed", header + row + ",平潭一路,茶叶,+8659100000001\n", intake.Progress{Changed: 1}, nil,
			[]any{"business_scope", "contact_phone", "registered_address"}},
		{"nothing in them", header + row + ",,,\n", intake.Progress{Unchanged: 1}, nil,
			[]any{"business_scope", "contact_phone", "registered_address"}},
	} {
		sum := d.take(t, intake.Firms, step.content)
		if counts(sum.Progress) != counts(step.want) || !slices.Equal(rejected(t, sum), step.rejected) || !slices.Equal(codes(), step.codes) {
			t.Errorf("%s: %v with %v, and data %v; want %v, %v, %v", step.name, counts(sum.Progress), rejected(t, sum), codes(),
				counts(step.want), step.rejected, step.codes)
		}
	}
}
