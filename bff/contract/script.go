package contract

import (
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	"github.com/minzhengtong/minzhengtong/i18n/text"
)

// DataTextIn delivers a text as [DataText] does, to whoever reads the language
// named: zh-Hans or zh-Hant-TW. It is for those who write for others and want to
// see what they will read.
func DataTextIn(stored, from, to string) *commonv1.DataText {
	return &commonv1.DataText{Text: text.Deliver(stored, from, to), Language: to, Runs: runs(text.Runs(stored, from, to))}
}
