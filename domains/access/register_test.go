package access_test

import (
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
)

// finish brings a registration's code back.
func (w world) finish(t *testing.T, id, code string) (*sessionv1.Session, error) {
	t.Helper()
	done, err := w.anon.Session.CompleteRegistration(t.Context(), &sessionv1.CompleteRegistrationRequest{ChallengeId: id, Code: code})
	return done.GetSession(), err
}

func (w world) reportLoss(t *testing.T, s *sessionv1.Session) {
	t.Helper()
	_, err := w.Clients(s.GetAccessToken(), "").Dossier.ReportLoss(t.Context(), &dossierv1.ReportLossRequest{DocumentId: s.GetDocumentId()})
	must(t, "report a loss", err)
}

// things counts what a registration creates.
func (w world) things(t *testing.T) (n [5]int) {
	t.Helper()
	c := w.DB.Client(t.Context())
	for i, count := range []func() (int, error){
		func() (int, error) { return c.Document.Query().Count(t.Context()) },
		func() (int, error) { return c.Dossier.Query().Count(t.Context()) },
		func() (int, error) { return c.Datum.Query().Count(t.Context()) },
		func() (int, error) { return c.Proof.Query().Count(t.Context()) },
		func() (int, error) { return c.Inquiry.Query().Count(t.Context()) },
	} {
		var err error
		n[i], err = count()
		must(t, "count rows", err)
	}
	return n
}

// TestRegister: somebody whom only an authority knows opens a file by pass or by
// permit, with a phone of either side, and signs in by it afterwards.
func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		one, two := bfftest.Person(20), bfftest.Person(21)
		w.Sandbox.Add(one)
		w.Sandbox.Add(two)
		for name, x := range map[string]struct {
			p            synthetic.Person
			d            synthetic.Document
			typed, phone string
		}{
			"pass":   {one, one.Passes[0], "+886 912-000-020", "+886912000020"},
			"permit": {two, two.Permits[0], "+86 139 0000 0021", "+8613900000021"},
		} {
			id := w.register(t, x.d, x.p, x.typed)
			session, err := w.finish(t, id, w.Code(t.Context(), t, x.phone))
			must(t, name, err)
			if claims := said(t, session.GetAccessToken()); claims.Sub != session.GetDossierId() || claims.Doc != session.GetDocumentId() {
				t.Errorf("%s: the token says another file or document", name)
			}
			again := w.signIn(t, x.d.Number, x.phone)
			if again.GetDossierId() != session.GetDossierId() {
				t.Errorf("%s: signs in to another file", name)
			}
			_, err = w.finish(t, id, "000000")
			bfftest.Fails(t, name+": the code a second time", err, failed)
		}
	})
}

// TestRegisterRefused: whatever is wrong, the way there looks the same, the
// failure is the same, and nothing is created.
func TestRegisterRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := bfftest.Person(22)
		lost := bfftest.Person(23)
		lost.Passes[0].State = synthetic.StateLost
		w.Sandbox.Add(p)
		w.Sandbox.Add(lost)
		const phone = "+8613900000022"
		born := p.Birth.String()
		tests := map[string]*sessionv1.StartRegistrationRequest{
			"wrong name":         {Document: ref(p.Passes[0].Number), Name: "王小明", BirthDate: born},
			"wrong birth date":   {Document: ref(p.Passes[0].Number), Name: p.Names.Taiwan, BirthDate: "1950-01-01"},
			"no birth date":      {Document: ref(p.Passes[0].Number), Name: p.Names.Taiwan},
			"no such date":       {Document: ref(p.Passes[0].Number), Name: p.Names.Taiwan, BirthDate: "1990-02-31"},
			"permit, wrong name": {Document: ref(p.Permits[0].Number), Name: "王小明"},
			"nobody's":           {Document: ref(nobody), Name: p.Names.Taiwan, BirthDate: born},
			"lost":               {Document: ref(lost.Passes[0].Number), Name: lost.Names.Taiwan, BirthDate: lost.Birth.String()},
			"has a file":         {Document: ref(w.pass), Name: w.person.Names.Taiwan, BirthDate: w.person.Birth.String()},
		}
		before := w.things(t)
		var want bfftest.Failure
		for name, req := range tests {
			req.Phone = phone
			started, err := w.anon.Session.StartRegistration(t.Context(), req)
			must(t, name, err)
			if !started.GetExpireTime().AsTime().After(w.Now()) || started.GetChallengeId() == "" {
				t.Errorf("%s: the answer has another shape", name)
			}
			code := w.Code(t.Context(), t, phone)
			_, err = w.finish(t, started.GetChallengeId(), wrong(code))
			want = bfftest.Fails(t, name+", wrong code", err, failed)
			_, err = w.finish(t, started.GetChallengeId(), code)
			if f := bfftest.Fails(t, name, err, failed); f != want {
				t.Errorf("%s: fails as %+v, want %+v", name, f, want)
			}
			if _, err := w.complete(t.Context(), started.GetChallengeId(), code); err == nil {
				t.Errorf("%s: a registration's code signs in", name)
			}
			w.Advance(window)
		}
		if after := w.things(t); after != before {
			t.Errorf("documents, files, data, proofs, inquiries were %v and are %v", before, after)
		}
	})
}

// TestAuthorityDown: the code stays good, and nothing is created until the
// authority answers.
func TestAuthorityDown(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := bfftest.Person(24)
		w.Sandbox.Add(p)
		const phone = "+8613900000024"
		for authority, d := range map[upstream.Authority]synthetic.Document{
			upstream.ExitEntryOffice: p.Passes[0], upstream.PoliceOffice: p.Permits[0],
		} {
			w.Sandbox.SetFault(authority, sandbox.Gone, 0)
			id := w.register(t, d, p, phone)
			code := w.Code(t.Context(), t, phone)
			before := w.things(t)
			for range 6 { // more often than a wrong code may be tried
				_, err := w.finish(t, id, code)
				bfftest.Fails(t, string(authority)+" is down", err, "AUTHORITY_UNAVAILABLE")
			}
			if after := w.things(t); after != before {
				t.Errorf("%s is down: documents, files, data, proofs, inquiries were %v and are %v", authority, before, after)
			}
			w.Sandbox.SetFault(authority, sandbox.Healthy, 0)
			_, err := w.finish(t, id, code)
			must(t, "register", err)
		}
	})
}

// TestRegisterBadInput: each refusal names the field.
func TestRegisterBadInput(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		good := func() *sessionv1.StartRegistrationRequest {
			return &sessionv1.StartRegistrationRequest{Document: ref(nobody), Name: "陳美玲", BirthDate: "1990-05-01", Phone: "+886912000025"}
		}
		tests := map[string]struct {
			spoil          func(*sessionv1.StartRegistrationRequest)
			reason, fields string
		}{
			"check character": {func(r *sessionv1.StartRegistrationRequest) { r.Document = ref(spoilt(w.permit)) },
				"DOCUMENT_CHECK_CHARACTER", "document.number=DOCUMENT_CHECK_CHARACTER"},
			"a kind without a port": {func(r *sessionv1.StartRegistrationRequest) { r.Document = ref("91350128MAYYY00131") },
				"LINK_KINDS", "document=LINK_KINDS"},
			"no name": {func(r *sessionv1.StartRegistrationRequest) { r.Name = "" },
				"REQUEST_INVALID", "name=VALIDATION_STRING_MIN_LEN"},
			"no phone": {func(r *sessionv1.StartRegistrationRequest) { r.Phone = "" },
				"REQUEST_INVALID", "phone=VALIDATION_STRING_PATTERN"},
			"hollow phone": {func(r *sessionv1.StartRegistrationRequest) { r.Phone = "+9------" },
				"DATUM_INVALID", "phone=DATUM_INVALID"},
			"birth date": {func(r *sessionv1.StartRegistrationRequest) { r.BirthDate = "1990/05/01" },
				"REQUEST_INVALID", "birth_date=VALIDATION_STRING_PATTERN"},
		}
		for name, tt := range tests {
			req := good()
			tt.spoil(req)
			_, err := w.anon.Session.StartRegistration(t.Context(), req)
			if f := bfftest.Fails(t, name, err, tt.reason); f.Fields != tt.fields {
				t.Errorf("%s: fields are %q, want %q", name, f.Fields, tt.fields)
			}
		}
		if n := w.send(t); n != 0 {
			t.Errorf("%d codes were made, want 0", n)
		}
	})
}

// spoilt is a number with another check character.
func spoilt(number string) string {
	last := byte('0')
	if number[len(number)-1] == last {
		last = '1'
	}
	return number[:len(number)-1] + string(last)
}
