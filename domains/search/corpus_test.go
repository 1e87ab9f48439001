package search_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/search"
)

// phrases are what the texts of the measurements are made of, common ones first.
var phrases = strings.Fields(`办理 申请 材料 台湾居民 居住证 税务局 通知 规定 窗口 网上 提交 审核 有关 单位 个人 企业 登记 注册 注销
	增值税 个人所得税 汇算清缴 社会保险 医疗保险 公积金 补贴 政策 发票 申报 期限 平潭 福建 互联网 信息 数据 文件 程序 服务
	受理 核准 说明 附件 联系 地址 电话 办事指南 身份证 通行证 学历 学校 子女 就业 创业 融资 贷款 租房 车辆 驾驶证 出入境 邮寄`)

// corpus is n texts of some 600 characters: phrases, common ones more often, and
// between them characters of which each is rare. One text in 500 holds 起征点.
func corpus(n int) []search.Text {
	const seed = 4
	r := rand.New(rand.NewPCG(seed, seed))
	often := rand.NewZipf(r, 1.2, 4, uint64(len(phrases)-1))
	texts := make([]search.Text, n)
	for i := range texts {
		var body strings.Builder
		for body.Len() < 3*600 {
			body.WriteString(phrases[often.Uint64()])
			if r.IntN(3) == 0 {
				body.WriteRune(rune('一' + r.IntN(3000)))
			}
			if r.IntN(12) == 0 {
				body.WriteString("，")
			}
		}
		if i%500 == 250 {
			body.WriteString("起征点")
		}
		texts[i] = search.Text{
			Kind: kind, Owner: fmt.Sprintf("%08d", i), Head: fmt.Sprintf("关于%s的通知第%d号", phrases[often.Uint64()], i),
			Body: body.String(), Order: start.Add(time.Duration(i) * time.Minute),
		}
	}
	return texts
}
