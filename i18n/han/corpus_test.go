package han_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// corpusSize is what the comparison with opencc converts.
const corpusSize = 50 << 20

// corpus is mixed administrative text in Simplified Chinese, the same at each
// run: notices of our own wording with numbers, links and Latin words in them.
var corpus = sync.OnceValue(func() []byte {
	r := rand.New(rand.NewPCG(20260330, 50))
	text := make([]byte, 0, corpusSize+4096)
	for len(text) < corpusSize {
		for range 1 + r.IntN(5) {
			text = append(text, sentence(r)...)
		}
		text = append(text, '\n')
	}
	return text
})

// sentence fills a random pattern: {kind} is a random word of that kind.
func sentence(r *rand.Rand) string {
	rest := patterns[r.IntN(len(patterns))]
	var out strings.Builder
	for {
		before, after, found := strings.Cut(rest, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		kind, tail, _ := strings.Cut(after, "}")
		out.WriteString(fill(r, kind))
		rest = tail
	}
}

func fill(r *rand.Rand, kind string) string {
	switch kind {
	case "号":
		return fmt.Sprintf("%d", 1+r.IntN(9999))
	case "额":
		return fmt.Sprintf("%d,%03d.%02d", 1+r.IntN(900), r.IntN(1000), r.IntN(100))
	case "日":
		return fmt.Sprintf("%d年%d月%d日", 2015+r.IntN(13), 1+r.IntN(12), 1+r.IntN(28))
	case "时":
		return fmt.Sprintf("%02d:%02d", 8+r.IntN(10), r.IntN(60))
	case "网":
		return fmt.Sprintf("https://www.example.gov.cn/%s/%d.html?id=%x", []string{"notice", "policy", "guide", "form"}[r.IntN(4)], r.IntN(100000), r.Uint32())
	case "话":
		return fmt.Sprintf("0592-%07d", r.IntN(10000000))
	default:
		words := vocabulary[kind]
		return words[r.IntN(len(words))]
	}
}

var vocabulary = map[string][]string{
	"机": strings.Fields("市行政服务中心 区市场监督管理局 出入境管理支队 人力资源和社会保障局 税务局第一税务所 住房公积金管理中心 教育局基础教育处 卫生健康委员会 不动产登记中心 公安局户政处 台港澳事务办公室 数据资源管理局 医疗保障局 民政局婚姻登记处 档案馆查询窗口 交通运输局 海关缉私分局 仲裁委员会秘书处"),
	"人": strings.Fields("申请人 台湾居民 法定代表人 经办人 监护人 代理人 纳税人 参保人员 个体工商户 被继承人 应届毕业生 外来务工人员 用人单位 出租方 承租人 投诉人 利害关系人 志愿者"),
	"件": strings.Fields("身份证复印件 居住证 营业执照副本 授权委托书 户口簿 学历证书 银行账户信息 完税证明 租赁合同 无犯罪记录证明 健康体检报告 婚姻状况声明书 照片回执 出生医学证明 房屋所有权证 原件扫描文档 公证书 社会保险缴费凭证"),
	"事": strings.Fields("企业设立登记 居住证签注 养老保险关系转移 子女入学 医保报销 个人所得税汇算清缴 公积金提取 驾驶证换领 职业资格采信 创业补贴 人才公寓申请 商标注册 税收优惠备案 不动产抵押登记 食品经营许可 网络预约 失业登记 户口迁移"),
	"词": strings.Fields("系统软件 默认密码 短信验证码 打印机 服务器 数据库 互联网 移动支付 二维码 应用程序 用户名 信息安全 屏幕截图 操作系统 人工智能 硬盘 在线视频 电子邮件 云计算平台 智能手机 出租车 公交车站 自行车道 幼儿园 方便面 土豆 激光 质量 项目 网络"),
	"地": strings.Fields("湖里区 思明区后埔社区 集美区杏林街道 同安区工业集中区 翔安区新店镇 鼓浪屿 海沧台商投资区 平潭综合实验区 泉州市丰泽区 漳州市龙海区 福州市鼓楼区 北京市西城区 上海市浦东新区"),
	"英": strings.Fields("PDF Excel WiFi App Taiwan e-mail GB18030 ISO OFD JPEG USB VPN ETC Windows Linux HTTPS 5G QR"),
	"态": strings.Fields("已受理 正在审核 退回补正 准予许可 不予受理 已经办结 等待制证 暂停办理 逾期未缴 复议期间"),
}

var patterns = []string{
	"根据有关规定，{人}应当于{日}前向{机}提交{件}和{件}，逾期不予办理。",
	"为进一步优化营商环境，{机}推出“{事}”一网通办，网址为{网}。",
	"请点击{网}下载{英}格式的表格，填写完毕后打印并签字盖章。",
	"经审查，您申请的{事}（受理编号{号}）目前状态为{态}，如有疑问请拨打{话}。",
	"{人}在{地}连续居住满半年，有合法稳定就业、合法稳定住所、连续就读条件之一的，可以申领居住证。",
	"办理{事}所需材料：一、{件}；二、{件}；三、{件}；四、其他证明关系的文件。",
	"本次共发放补贴{额}元，涉及{人}{号}名，款项将在{号}个工作日内划入{件}登记的账户。",
	"{机}提醒：不要轻信陌生电话，不要把{词}告诉他人，谨防电信网络诈骗。",
	"自{日}起，{地}范围内的{事}窗口调整到三楼后厅，办公时间为{时}至{时}。",
	"由于{词}升级维护，{日}{时}到{时}暂停{事}服务，给您带来的不便敬请谅解。",
	"{人}可以通过{英}客户端扫描{词}，登录后查看办理进度，也可以发送短信查询。",
	"对符合条件的{人}，给予一次性奖励人民币{额}元，并优先安排子女就近入学。",
	"发票金额为{额}元，增值税税额为{额}元，请在{日}之前完成缴纳。",
	"干部要深入{地}调查研究，了解群众关心的{事}、{事}等问题，把里里外外的工作干好。",
	"征求意见稿在{网}公布，公众可于{日}前把意见发送至邮箱service{号}@example.cn。",
	"{地}发生干旱，气候干燥，{机}组织人员松土灌溉，并采取防范面粉价格上涨的措施。",
	"经双方协商一致，{人}同意以人民币{额}元的价格转让位于{地}的房屋，合同编号为XM-{号}。",
	"台湾同胞凭{件}即可在{机}办理{事}，享受与大陆居民同等的待遇。",
	"依照《中华人民共和国行政许可法》第{号}条的规定，{机}作出如下决定：{态}。",
	"窗口人员发现{人}提供的{词}记录与{件}不一致，要求其在{号}日内说明理由。",
	"如果忘记{词}，请选择“找回账号”，系统会向绑定的手机发送{英}通知。",
	"参加面试的人员请携带{件}，于{日}{时}到{地}报到，头发要整齐，着装要得体。",
	"皇后大道后面的{机}设有自助终端，支持{英}接口，可以复印、扫描并且保存文件。",
	"计算机房的{词}发生故障，技术人员正在检查内存、硬盘和网络连接，预计{时}恢复。",
	"双方当事人对{事}有争议的，可以自收到通知之日起六十日内申请行政复议。",
	"今年上半年，{地}生产总值同比增长百分之{号}，规模以上工业增加值达到{额}亿元。",
	"监护人应当妥善保管{件}，不得转借、涂改、伪造；遗失的，应立即向{机}挂失。",
	"{机}发布公告称，{词}产品抽查合格率有所提高，但仍然存在标签不规范等现象。",
	"志愿者只需准备一台{词}，在群里面回复“参加”就可以了，了解详情请致电{话}。",
	"采购项目编号{号}-ZB，预算{额}元，供应商须具备{词}集成资质，投标文件采用{英}格式。",
}
