package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/cmd/house"
	"github.com/minzhengtong/minzhengtong/domains/notice/mailer"
	"github.com/minzhengtong/minzhengtong/domains/notice/pusher"
)

// channelSettings say how notices leave the house.
type channelSettings struct {
	PublicURL    string `name:"public-url" help:"Where people reach the service, as scheme://host; mails lead there. Empty: mails hold no addresses." placeholder:"URL"`
	PushContact  string `name:"push-contact" help:"How push services reach the operator: a mail address or https://. Empty: no Web Push." default:""`
	MailServer   string `name:"mail-server" help:"SMTP server for notices, host:port. Empty: no mail." default:""`
	MailTLS      string `name:"mail-tls" help:"starttls, tls from the first byte, or none for a server on this machine." enum:"starttls,tls,none" default:"starttls"`
	MailFrom     string `name:"mail-from" help:"Sender's address of mails." default:""`
	MailUser     string `name:"mail-user" help:"User at the mail server. Empty: no sign-in." default:""`
	MailPassword string `name:"mail-password" help:"Password at the mail server. Better in the environment or the file than on the command line." placeholder:"PASSWORD"`
}

// check joins every mistake in the settings.
func (c channelSettings) check() error {
	var mistakes []error
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || !isHTTP(u) || u.Scheme+"://"+u.Host != c.PublicURL) {
		mistakes = append(mistakes, fmt.Errorf("public-url: want scheme://host, got %q", c.PublicURL))
	}
	if c.PushContact != "" && !strings.Contains(c.PushContact, "@") && !strings.HasPrefix(c.PushContact, "https://") {
		mistakes = append(mistakes, errors.New("push-contact: want a mail address or https://"))
	}
	if c.MailServer != "" {
		mistakes = append(mistakes, checkAddress("mail-server", c.MailServer))
		if !strings.Contains(c.MailFrom, "@") {
			mistakes = append(mistakes, errors.New("mail-from: needed with mail-server"))
		}
	}
	return errors.Join(mistakes...)
}

// channels are the ways that the settings name. The keys of Web Push lie in the
// data folder and are made at the first start: other ones would end all
// subscriptions.
func (c channelSettings) channels(data string) (house.Channels, error) {
	out := house.Channels{URL: c.PublicURL}
	if c.PushContact != "" {
		keys, err := pushKeys(filepath.Join(data, "push-keys.json"))
		if err != nil {
			return out, fmt.Errorf("push keys: %w", err)
		}
		p, err := pusher.New(pusher.Config{Contact: c.PushContact, Public: keys.Public, Private: keys.Private})
		if err != nil {
			return out, fmt.Errorf("push-contact: %w", err)
		}
		out.Push, out.PushKey = p, p.PublicKey()
	}
	if c.MailServer == "" {
		return out, nil
	}
	m, err := c.mailer()
	if err != nil {
		return out, fmt.Errorf("mail-server: %w", err)
	}
	out.Mail = m
	return out, nil
}

// mailTLS are the ways of mail-tls.
var mailTLS = map[string]mailer.TLS{"starttls": mailer.StartTLS, "tls": mailer.Implicit, "none": mailer.Plain}

func (c channelSettings) mailer() (*mailer.Mailer, error) {
	host, text, err := net.SplitHostPort(c.MailServer)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("want a port, got %q", text)
	}
	return mailer.New(mailer.Config{
		Host: host, Port: port, TLS: mailTLS[c.MailTLS], User: c.MailUser, Password: c.MailPassword, From: c.MailFrom, Now: time.Now,
	})
}

// keyPair is the file of the keys of Web Push.
type keyPair struct {
	Public  string `json:"public"`
	Private string `json:"private"`
}

// pushKeys reads the keys, or makes them and writes them whole.
func pushKeys(path string) (keyPair, error) {
	var keys keyPair
	raw, err := os.ReadFile(path)
	if err == nil {
		return keys, json.Unmarshal(raw, &keys)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return keys, err
	}
	if keys.Public, keys.Private, err = pusher.NewKeys(); err != nil {
		return keys, err
	}
	if raw, err = json.Marshal(keys); err != nil {
		return keys, err
	}
	return keys, writeWhole(path, func(w io.Writer) error { _, err := w.Write(raw); return err })
}
