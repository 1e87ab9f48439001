package dossierrpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// ear hears what is said, from any goroutine.
type ear struct {
	mu    sync.Mutex
	heard bytes.Buffer
	lines int
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines++
	return e.heard.Write(p)
}

// listen hears every error that clients are told: text, details and metadata.
func (e *ear) listen() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			res, err := next(ctx, req)
			if wire, ok := errors.AsType[*connect.Error](err); ok {
				_, _ = fmt.Fprintf(e, "%v %v", wire, wire.Meta()) // an ear never fails
				for _, d := range wire.Details() {
					_, _ = e.Write(d.Bytes())
				}
			}
			return res, err
		}
	}
}

// bird is somebody of whom every part is a canary.
func bird(i int, family string) synthetic.Person {
	p := bfftest.Person(i)
	p.Names = synthetic.Names{Mainland: family + "金丝雀", Taiwan: family + "金絲雀", Roman: "CANARY-" + strings.Repeat("Q", 5+i%7)}
	p.Birth = civil.Date{Year: 1971, Month: 7, Day: 17}
	number, err := document.ComposePermit("830000", p.Birth, 2*(i%400))
	if err != nil {
		panic(err) // of a calendar day and a small sequence there is always one
	}
	p.Passes[0].Names, p.Permits[0].Names = p.Names, synthetic.Names{Mainland: p.Names.Mainland}
	p.Passes[0].Birth, p.Permits[0].Birth, p.Permits[0].Number = p.Birth, p.Birth, number
	return p
}

// TestNoCanarySings goes a whole way with all that can go wrong on it, and reads
// every log line down to the finest and every error that anybody was told.
func TestNoCanarySings(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		log, told := &ear{}, &ear{}
		s := bfftest.New(t, db, bfftest.Options{Log: slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})})
		mine, other := bird(310, "甲"), bird(311, "乙")
		s.Settle(t, mine, other)
		j := journey{t: t, s: s, told: told, secrets: map[string]string{
			"datum": "CANARY-datum@example.com", "account": "70707070707070", "reason": "CANARY because", "note": "CANARY noted",
			"birth date": mine.Birth.String(), "registered phone": "+8613977777777",
		}}
		for name, p := range map[string]synthetic.Person{"mine": mine, "other": other} {
			for what, secret := range map[string]string{
				"pass": pass(p), "permit": permit(p), "phone": p.Phone, "name": p.Names.Mainland, "Taiwan name": p.Names.Taiwan, "Roman name": p.Names.Roman,
			} {
				j.secrets[name+"'s "+what] = secret
			}
		}
		j.signIn(mine)
		j.file(mine, other)
		j.desk(mine, other)
		j.register(bird(312, "丙"))
		j.breakHouse(db, mine)
		if log.lines < 30 || told.lines < 12 {
			t.Errorf("%d log lines and %d errors; the journey did not get far", log.lines, told.lines)
		}
		for what, secret := range j.secrets {
			for where, e := range map[string]*ear{"the log": log, "an error": told} {
				if strings.Contains(e.heard.String(), secret) {
					t.Errorf("%s is in %s", what, where)
				}
			}
		}
	})
}

// journey is the way; it keeps what must not be heard.
type journey struct {
	t       *testing.T
	s       *bfftest.Server
	told    *ear
	secrets map[string]string
	me      bfftest.Clients
}

func (j *journey) clients(token string) bfftest.Clients {
	return j.s.Clients(token, "zh-TW", connect.WithInterceptors(j.told.listen()))
}

// refused fails unless something was refused.
func (j *journey) refused(what string, err error) {
	j.t.Helper()
	if err == nil {
		j.t.Errorf("%s: nothing was refused", what)
	}
}

func (j *journey) signIn(p synthetic.Person) {
	ctx, c := j.t.Context(), j.clients("")
	_, err := c.Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: ref(spoilt(permit(p)))})
	j.refused("a wrong number", err)
	j.s.Sandbox.SetFault(upstream.MessageGateway, sandbox.Gone, 0)
	started, err := c.Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: ref(pass(p))})
	must(j.t, "start a sign-in", err)
	_, _ = j.s.Sessions.SendCodes(ctx, 10) // logs what it could not send
	j.s.Sandbox.SetFault(upstream.MessageGateway, sandbox.Healthy, 0)
	j.s.Advance(time.Minute)
	code := j.s.Code(ctx, j.t, p.Phone)
	j.secrets["code"] = code
	_, err = c.Session.CompleteSignIn(ctx, &sessionv1.CompleteSignInRequest{ChallengeId: started.GetChallengeId(), Code: "000000"})
	j.refused("a wrong code", err)
	done, err := c.Session.CompleteSignIn(ctx, &sessionv1.CompleteSignInRequest{ChallengeId: started.GetChallengeId(), Code: code})
	must(j.t, "sign in", err)
	j.secrets["token"] = done.GetSession().GetAccessToken()
	j.me = j.clients(done.GetSession().GetAccessToken())
	_, err = j.clients(done.GetSession().GetAccessToken()+"x").Session.GetSession(ctx, &sessionv1.GetSessionRequest{})
	j.refused("a broken token", err)
}

func (j *journey) file(mine, other synthetic.Person) {
	ctx, t := j.t.Context(), j.t
	_, err := j.me.Dossier.LinkDocument(ctx, &pb.LinkDocumentRequest{Document: ref(permit(other))})
	j.refused("somebody else's permit", err)
	j.s.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Garbage, 0)
	link(t, j.me, permit(mine))
	j.s.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Healthy, 0)
	j.s.Advance(2 * time.Minute)
	_, err = j.s.Files.FinishInquiries(ctx, 10)
	must(t, "finish", err)
	_, err = j.me.Dossier.SaveData(ctx, &pb.SaveDataRequest{Items: []*pb.DatumInput{{Code: "email", Value: j.secrets["datum"]}, {Code: "bank_account", Value: j.secrets["account"]}}})
	must(t, "save data", err)
	_, err = j.me.Dossier.SaveData(ctx, &pb.SaveDataRequest{Items: []*pb.DatumInput{{Code: "bank_account", Value: j.secrets["datum"]}}})
	j.refused("a wrong datum", err)
	_, err = j.me.Dossier.SaveData(ctx, &pb.SaveDataRequest{Items: []*pb.DatumInput{{Code: "occupation", Value: strings.Repeat(j.secrets["datum"], 30)}}})
	j.refused("a long datum", err)
	j.firm(mine)
	all := file(t, j.me)
	issued, err := j.s.Sandbox.IssueAnew(document.TaiwanPermit, permit(mine), true)
	must(t, "issue anew", err)
	j.secrets["new permit"] = issued.Number
	old := all.GetDocuments()[1].GetId()
	_, err = j.me.Dossier.RenewDocument(ctx, &pb.RenewDocumentRequest{DocumentId: old, NewNumber: permit(other)})
	j.refused("a renewal to somebody else's", err)
	_, err = j.me.Dossier.RenewDocument(ctx, &pb.RenewDocumentRequest{DocumentId: old, NewNumber: issued.Number})
	must(t, "renew", err)
	_, err = j.me.Home.GetHome(ctx, &homev1.GetHomeRequest{})
	must(t, "get home", err)
	_, err = j.me.Dossier.UnlinkDocuments(ctx, &pb.UnlinkDocumentsRequest{LinkId: absent, Reason: j.secrets["reason"]})
	j.refused("no link", err)
	_, err = j.me.Dossier.UnlinkDocuments(ctx, &pb.UnlinkDocumentsRequest{LinkId: all.GetLinks()[0].GetId(), Reason: j.secrets["reason"]})
	must(t, "unlink", err)
}

// firm keeps a firm's data, and is refused some.
func (j *journey) firm(mine synthetic.Person) {
	ctx, t := j.t.Context(), j.t
	id := world{Server: j.s}.firm(t, pass(mine))
	j.secrets["plate"], j.secrets["transport permit"] = "闽ACANARYPLATE", "CANARYPERMIT35"
	permit := &pb.FirmDatumInput{Code: "road_transport_permit", Value: j.secrets["transport permit"], Plate: j.secrets["plate"]}
	_, err := j.me.Dossier.SaveFirmData(ctx, &pb.SaveFirmDataRequest{FirmId: id, Items: []*pb.FirmDatumInput{permit}})
	j.refused("a permit of no vehicle", err)
	_, err = j.me.Dossier.SaveFirmData(ctx, &pb.SaveFirmDataRequest{FirmId: id, Items: []*pb.FirmDatumInput{
		{Code: "vehicle_plate", Value: j.secrets["plate"]}, permit,
	}})
	must(t, "save a firm's data", err)
	_, err = j.me.Dossier.SaveFirmData(ctx, &pb.SaveFirmDataRequest{FirmId: id, GonePlates: []string{j.secrets["plate"] + "?"}})
	j.refused("no plate", err)
}

func (j *journey) desk(mine, other synthetic.Person) {
	ctx := j.t.Context()
	desk := j.clients(j.s.Officer(j.t, "one", actor.Accept, actor.Review)).Desk
	_, err := desk.FindDossier(ctx, &pb.FindDossierRequest{Document: ref(pass(mine)), Purpose: j.secrets["note"]})
	must(j.t, "find", err)
	_, err = desk.LinkAtWindow(ctx, &pb.LinkAtWindowRequest{First: ref(pass(mine)), Second: ref(pass(other)), Note: j.secrets["note"]})
	j.refused("two passes", err)
	_, err = desk.LinkAtWindow(ctx, &pb.LinkAtWindowRequest{First: ref(pass(other)), Second: ref(permit(other)), Note: j.secrets["note"]})
	must(j.t, "link at the window", err)
	_, err = desk.CloseReview(ctx, &pb.CloseReviewRequest{Id: absent, Reason: j.secrets["reason"]})
	j.refused("no review", err)
	_, err = j.me.Desk.FindDossier(ctx, &pb.FindDossierRequest{Document: ref(pass(other)), Purpose: j.secrets["note"]})
	j.refused("a person at the desk", err)
}

func (j *journey) register(p synthetic.Person) {
	ctx, c := j.t.Context(), j.clients("").Session
	j.s.Sandbox.Add(p)
	j.secrets["registered pass"], j.secrets["registered name"] = pass(p), p.Names.Taiwan
	req := &sessionv1.StartRegistrationRequest{Document: ref(pass(p)), Name: p.Names.Taiwan, BirthDate: p.Birth.String(), Phone: j.secrets["registered phone"]}
	started, err := c.StartRegistration(ctx, req)
	must(j.t, "start a registration", err)
	back := &sessionv1.CompleteRegistrationRequest{ChallengeId: started.GetChallengeId(), Code: j.s.Code(ctx, j.t, j.secrets["registered phone"])}
	j.s.Sandbox.SetFault(upstream.ExitEntryOffice, sandbox.Error, 0)
	_, err = c.CompleteRegistration(ctx, back)
	j.refused("a registration without the authority", err)
	j.s.Sandbox.SetFault(upstream.ExitEntryOffice, sandbox.Healthy, 0)
	_, err = c.CompleteRegistration(ctx, back)
	must(j.t, "register", err)
	req.Phone = j.secrets["registered phone"] + "CANARY"
	_, err = c.StartRegistration(ctx, req)
	j.refused("a wrong phone", err)
}

// breakHouse damages what is stored, so that answers become our own faults.
func (j *journey) breakHouse(db *entdb.DB, p synthetic.Person) {
	ctx := j.t.Context()
	run := func(statement string) {
		j.t.Helper()
		must(j.t, "damage the database", db.InTx(ctx, func(ctx context.Context) error {
			_, err := db.SQL(ctx).ExecContext(ctx, statement)
			return err
		}))
	}
	run("UPDATE documents SET number_sealed = (SELECT code_hash FROM challenges ORDER BY id LIMIT 1)")
	_, err := j.me.Dossier.GetDossier(ctx, &pb.GetDossierRequest{})
	bfftest.Fails(j.t, "a damaged file", err, "INTERNAL")
	_, err = j.clients("").Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: ref(pass(p))})
	bfftest.Fails(j.t, "a damaged file", err, "INTERNAL")
	run("DROP TABLE challenges")
	_, err = j.clients("").Session.StartSignIn(ctx, &sessionv1.StartSignInRequest{Document: ref("79999998")})
	bfftest.Fails(j.t, "a lost table", err, "INTERNAL")
}
