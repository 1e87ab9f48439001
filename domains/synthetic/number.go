package synthetic

import (
	"fmt"
	"strconv"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// The ranges of the numbers.
const (
	permitArea    = "830000"
	permitDays    = 3652 // the days of 1900 to 1909
	mainSequences = 500  // sequences 0 to 499; the person's other permit is 500 above

	passFirst   = 90_000_000
	passRows    = 2500
	passColumns = 2000 // 5 million passes

	serialDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	serialBase   = len(serialDigits)
)

var firstBirth = civil.Date{Year: 1900, Month: time.January, Day: 1}

// permitSlot is the birth date and the sequence of person i's permit. They
// decide the person's birth date and sex.
func (p *Population) permitSlot(i int) (birth civil.Date, sequence int) {
	slot := p.permits.at(i)
	return firstBirth.AddDays(slot / mainSequences), slot % mainSequences
}

// permitNumber writes a permit's number. Earlier is the person's other number,
// for the cases that need two; it keeps birth date and sex.
func permitNumber(birth civil.Date, sequence int, earlier bool) string {
	if earlier {
		sequence += mainSequences
	}
	number, err := document.ComposePermit(permitArea, birth, sequence)
	if err != nil {
		panic("synthetic: a birth date outside 1900 to 1909: " + err.Error())
	}
	return number
}

func (p *Population) passNumber(i int) string {
	return strconv.Itoa(passFirst + p.passes.at(i))
}

// indexOfPass is the person to whom a pass number would belong.
func (p *Population) indexOfPass(number string) (int, bool) {
	value, err := strconv.Atoi(number)
	slot := value - passFirst
	if err != nil || len(number) != 8 || slot < 0 || slot >= passRows*passColumns {
		return 0, false
	}
	i := p.passes.of(slot)
	return i, i < p.options.People
}

// indexOfPermit is the person to whom a permit number would belong.
func (p *Population) indexOfPermit(number string) (int, bool) {
	if len(number) != 18 || number[:6] != permitArea {
		return 0, false
	}
	birth, err := civil.ParseDate(fmt.Sprintf("%s-%s-%s", number[6:10], number[10:12], number[12:14]))
	sequence, errSequence := strconv.Atoi(number[14:17])
	day := birth.DaysSince(firstBirth)
	if err != nil || errSequence != nil || day < 0 || day >= permitDays || sequence < 0 {
		return 0, false
	}
	i := p.permits.of(day*mainSequences + sequence%mainSequences)
	return i, i < p.options.People
}

// creditCode writes the code of the firm with a serial number in an area.
func creditCode(area string, serial int) string {
	digits := [3]byte{}
	for k := len(digits) - 1; k >= 0; k-- {
		digits[k] = serialDigits[serial%serialBase]
		serial /= serialBase
	}
	code, err := document.ComposeCreditCode("91" + area + "MAYYY" + string(digits[:]))
	if err != nil {
		panic("synthetic: an area that is not six digits: " + err.Error())
	}
	return code
}

// phoneOf is a phone in a plainly invented range. About two in three are of
// Taiwan, as far as that range reaches.
func phoneOf(i int, d *draw) string {
	if d.chance(2.0/3) && i < 1_000_000 {
		return fmt.Sprintf("+886900%06d", i)
	}
	return fmt.Sprintf("+861200%07d", i)
}
