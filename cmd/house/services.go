package house

import (
	"net/http"
	"time"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/bff/alarmrpc"
	"github.com/minzhengtong/minzhengtong/bff/auditrpc"
	"github.com/minzhengtong/minzhengtong/bff/campaignrpc"
	"github.com/minzhengtong/minzhengtong/bff/consentrpc"
	"github.com/minzhengtong/minzhengtong/bff/credentialrpc"
	"github.com/minzhengtong/minzhengtong/bff/creditrpc"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/disputerpc"
	"github.com/minzhengtong/minzhengtong/bff/dossierrpc"
	"github.com/minzhengtong/minzhengtong/bff/financerpc"
	"github.com/minzhengtong/minzhengtong/bff/homerpc"
	"github.com/minzhengtong/minzhengtong/bff/languagerpc"
	"github.com/minzhengtong/minzhengtong/bff/lendingrpc"
	"github.com/minzhengtong/minzhengtong/bff/noticerpc"
	"github.com/minzhengtong/minzhengtong/bff/policyrpc"
	"github.com/minzhengtong/minzhengtong/bff/privacyrpc"
	"github.com/minzhengtong/minzhengtong/bff/scenerpc"
	"github.com/minzhengtong/minzhengtong/bff/sessionrpc"
	"github.com/minzhengtong/minzhengtong/bff/sharingrpc"
	"github.com/minzhengtong/minzhengtong/bff/staffrpc"
	"github.com/minzhengtong/minzhengtong/bff/subsidyrpc"
	"github.com/minzhengtong/minzhengtong/bff/taxrpc"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/alarm/v1/alarmv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1/auditv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/campaign/v1/campaignv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1/consentv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1/credentialv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1/creditv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dispute/v1/disputev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/finance/v1/financev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1/languagev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1/lendingv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1/noticev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1/policyv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1/privacyv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/scene/v1/scenev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1/sharingv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/staff/v1/staffv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1/subsidyv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1/taxv1connect"
)

// service pairs a service's name with its generated constructor and handler.
func service[H any](name string, create func(H, ...connect.HandlerOption) (string, http.Handler), handler H) bff.Service {
	return bff.Service{Name: name, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
		return create(handler, o...)
	}}
}

// watchPace and watchLife are how often a stream of notices looks by itself, and how
// long it lasts before the client comes again with its token.
var (
	watchPace = notice.Pace{Poll: 2 * time.Second, Beat: 20 * time.Second}
	watchLife = 5 * time.Minute
)

// services are the contract's services with their handlers.
func (h *House) services(p Parts) []bff.Service {
	cursors := cursor.Codec{Keys: p.Keys}
	return []bff.Service{
		service[sessionv1connect.SessionServiceHandler](sessionv1connect.SessionServiceName, sessionv1connect.NewSessionServiceHandler,
			&sessionrpc.Handler{Access: h.Sessions, Files: h.Files}),
		service[dossierv1connect.DossierServiceHandler](dossierv1connect.DossierServiceName, dossierv1connect.NewDossierServiceHandler,
			&dossierrpc.Handler{Files: h.Files, Cursors: cursors}),
		service[dossierv1connect.DeskServiceHandler](dossierv1connect.DeskServiceName, dossierv1connect.NewDeskServiceHandler,
			&dossierrpc.Desk{Files: h.Files, Cursors: cursors}),
		service[homev1connect.HomeServiceHandler](homev1connect.HomeServiceName, homev1connect.NewHomeServiceHandler,
			&homerpc.Handler{Files: h.Files, Zone: p.Zone}),
		service[staffv1connect.OfficerServiceHandler](staffv1connect.OfficerServiceName, staffv1connect.NewOfficerServiceHandler,
			&staffrpc.Handler{Staff: h.Staff, Files: h.Files}),
		service[staffv1connect.StaffAdminServiceHandler](staffv1connect.StaffAdminServiceName, staffv1connect.NewStaffAdminServiceHandler,
			&staffrpc.Admin{Staff: h.Staff, Cursors: cursors}),
		service[consentv1connect.ConsentServiceHandler](consentv1connect.ConsentServiceName, consentv1connect.NewConsentServiceHandler,
			&consentrpc.Handler{Consents: h.Consents, Files: h.Files, Cursors: cursors}),
		service[sharingv1connect.SharingServiceHandler](sharingv1connect.SharingServiceName, sharingv1connect.NewSharingServiceHandler,
			&sharingrpc.Handler{Sharing: h.Sharing, Files: h.Files}),
		service[auditv1connect.AuditServiceHandler](auditv1connect.AuditServiceName, auditv1connect.NewAuditServiceHandler,
			&auditrpc.Handler{Log: h.Looks, Cursors: cursors}),
		service[auditv1connect.ObjectionDeskServiceHandler](auditv1connect.ObjectionDeskServiceName, auditv1connect.NewObjectionDeskServiceHandler,
			&auditrpc.Desk{Log: h.Looks, Cursors: cursors}),
		service[auditv1connect.AuditorServiceHandler](auditv1connect.AuditorServiceName, auditv1connect.NewAuditorServiceHandler,
			&auditrpc.Auditor{Log: h.Audit, Cursors: cursors}),
		service[privacyv1connect.PrivacyServiceHandler](privacyv1connect.PrivacyServiceName, privacyv1connect.NewPrivacyServiceHandler,
			&privacyrpc.Handler{Privacy: h.Privacy}),
		service[privacyv1connect.CorrectionDeskServiceHandler](privacyv1connect.CorrectionDeskServiceName, privacyv1connect.NewCorrectionDeskServiceHandler,
			&privacyrpc.Desk{Privacy: h.Privacy, Cursors: cursors}),
		service[languagev1connect.LanguageServiceHandler](languagev1connect.LanguageServiceName, languagev1connect.NewLanguageServiceHandler,
			&languagerpc.Handler{Words: p.Words}),
		service[languagev1connect.PreferenceServiceHandler](languagev1connect.PreferenceServiceName, languagev1connect.NewPreferenceServiceHandler,
			&languagerpc.Preferences{Files: h.Files, Staff: h.Staff}),
		service[policyv1connect.PolicyServiceHandler](policyv1connect.PolicyServiceName, policyv1connect.NewPolicyServiceHandler,
			&policyrpc.Handler{Policies: h.Policies, Cursors: cursors}),
		service[policyv1connect.DeskServiceHandler](policyv1connect.DeskServiceName, policyv1connect.NewDeskServiceHandler,
			&policyrpc.Desk{Policies: h.Policies, Cursors: cursors}),
		service[scenev1connect.SceneServiceHandler](scenev1connect.SceneServiceName, scenev1connect.NewSceneServiceHandler,
			&scenerpc.Handler{Scenes: h.Scenes}),
		service[scenev1connect.DeskServiceHandler](scenev1connect.DeskServiceName, scenev1connect.NewDeskServiceHandler,
			&scenerpc.Desk{Scenes: h.Scenes}),
		service[taxv1connect.TaxServiceHandler](taxv1connect.TaxServiceName, taxv1connect.NewTaxServiceHandler,
			&taxrpc.Handler{Tax: h.Tax, Cursors: cursors}),
		service[alarmv1connect.AlarmServiceHandler](alarmv1connect.AlarmServiceName, alarmv1connect.NewAlarmServiceHandler,
			&alarmrpc.Handler{Alarms: h.Alarms, Files: h.Files}),
		service[noticev1connect.NoticeServiceHandler](noticev1connect.NoticeServiceName, noticev1connect.NewNoticeServiceHandler,
			&noticerpc.Handler{
				Notices: h.Notices, Words: noticeWords(p), Cursors: cursors, PushKey: p.Channels.PushKey, Pace: watchPace, Life: watchLife,
			}),
		service[campaignv1connect.CampaignServiceHandler](campaignv1connect.CampaignServiceName, campaignv1connect.NewCampaignServiceHandler,
			&campaignrpc.Handler{Campaigns: h.Campaigns, Cursors: cursors}),
		service[credentialv1connect.CredentialServiceHandler](credentialv1connect.CredentialServiceName, credentialv1connect.NewCredentialServiceHandler,
			&credentialrpc.Handler{Credentials: h.Credentials, Certificates: h.Certificates, Cursors: cursors}),
		service[credentialv1connect.VerificationServiceHandler](credentialv1connect.VerificationServiceName, credentialv1connect.NewVerificationServiceHandler,
			&credentialrpc.Verifier{Credentials: h.Credentials}),
		service[credentialv1connect.CredentialDeskServiceHandler](credentialv1connect.CredentialDeskServiceName, credentialv1connect.NewCredentialDeskServiceHandler,
			&credentialrpc.Desk{Credentials: h.Credentials, Files: h.Files}),
		service[credentialv1connect.CredentialSystemServiceHandler](credentialv1connect.CredentialSystemServiceName, credentialv1connect.NewCredentialSystemServiceHandler,
			&credentialrpc.System{Calls: h.LicenceCalls, Files: h.Files}),
		service[credentialv1connect.CredentialAuditServiceHandler](credentialv1connect.CredentialAuditServiceName, credentialv1connect.NewCredentialAuditServiceHandler,
			&credentialrpc.Auditor{Credentials: h.Credentials, Cursors: cursors}),
		service[subsidyv1connect.SubsidyServiceHandler](subsidyv1connect.SubsidyServiceName, subsidyv1connect.NewSubsidyServiceHandler,
			&subsidyrpc.Handler{Subsidies: h.Subsidies}),
		service[subsidyv1connect.PayoutDeskServiceHandler](subsidyv1connect.PayoutDeskServiceName, subsidyv1connect.NewPayoutDeskServiceHandler,
			&subsidyrpc.Desk{Subsidies: h.Subsidies, Files: h.Files, Cursors: cursors}),
		service[subsidyv1connect.SubsidyAuditServiceHandler](subsidyv1connect.SubsidyAuditServiceName, subsidyv1connect.NewSubsidyAuditServiceHandler,
			&subsidyrpc.Auditor{Subsidies: h.Subsidies}),
		service[subsidyv1connect.PaymentEventServiceHandler](subsidyv1connect.PaymentEventServiceName, subsidyv1connect.NewPaymentEventServiceHandler,
			&subsidyrpc.Events{Subsidies: h.Subsidies}),
		service[creditv1connect.CreditServiceHandler](creditv1connect.CreditServiceName, creditv1connect.NewCreditServiceHandler,
			&creditrpc.Handler{Credits: h.Credits, Cursors: cursors}),
		service[creditv1connect.CreditDeskServiceHandler](creditv1connect.CreditDeskServiceName, creditv1connect.NewCreditDeskServiceHandler,
			&creditrpc.Desk{Credits: h.Credits, Files: h.Files}),
		service[creditv1connect.CreditAuditServiceHandler](creditv1connect.CreditAuditServiceName, creditv1connect.NewCreditAuditServiceHandler,
			&creditrpc.Auditor{Credits: h.Credits}),
		service[disputev1connect.DisputeServiceHandler](disputev1connect.DisputeServiceName, disputev1connect.NewDisputeServiceHandler,
			&disputerpc.Handler{Disputes: h.Disputes, Cursors: cursors}),
		service[disputev1connect.DisputeDeskServiceHandler](disputev1connect.DisputeDeskServiceName, disputev1connect.NewDisputeDeskServiceHandler,
			&disputerpc.Desk{Disputes: h.Disputes, Cursors: cursors}),
		service[financev1connect.FinanceServiceHandler](financev1connect.FinanceServiceName, financev1connect.NewFinanceServiceHandler,
			&financerpc.Handler{Finance: h.Finance}),
		service[financev1connect.FinanceDeskServiceHandler](financev1connect.FinanceDeskServiceName, financev1connect.NewFinanceDeskServiceHandler,
			&financerpc.Desk{Finance: h.Finance, Cursors: cursors}),
		service[financev1connect.FinanceAuditServiceHandler](financev1connect.FinanceAuditServiceName, financev1connect.NewFinanceAuditServiceHandler,
			&financerpc.Auditor{Finance: h.Finance}),
		service[lendingv1connect.LendingServiceHandler](lendingv1connect.LendingServiceName, lendingv1connect.NewLendingServiceHandler,
			&lendingrpc.Handler{Lending: h.Lending}),
		service[lendingv1connect.LendingDeskServiceHandler](lendingv1connect.LendingDeskServiceName, lendingv1connect.NewLendingDeskServiceHandler,
			&lendingrpc.Desk{Lending: h.Lending, Cursors: cursors}),
		service[lendingv1connect.LendingAuditServiceHandler](lendingv1connect.LendingAuditServiceName, lendingv1connect.NewLendingAuditServiceHandler,
			&lendingrpc.Auditor{Lending: h.Lending}),
	}
}
