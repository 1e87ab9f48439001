package access

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/session"
)

// What people call their devices is theirs: it is sealed under the data key of
// the document that signed in, and an officer's under the keyring.

func deviceNameContext(session string) string { return "session/" + session + "/device_name" }

// sealDeviceName seals what a device is called; nothing stays nothing.
func (s *Service) sealDeviceName(ctx context.Context, f family, name string) ([]byte, error) {
	if name = tidy(name); name == "" {
		return nil, nil
	}
	if f.holder.role != row.RolePerson {
		return s.keys.Seal([]byte(name), deviceNameContext(string(f.id)))
	}
	keys, err := s.vault.Keys(ctx, f.holder.id)
	if err != nil {
		return nil, err
	}
	return keys.Seal(f.holder.id, []byte(name), deviceNameContext(string(f.id)))
}

// deviceNames opens what the devices of some sessions are called. A name whose
// key is gone is empty.
func (s *Service) deviceNames(ctx context.Context, sessions []*ent.Session) ([]string, error) {
	owners := make([]string, 0, len(sessions))
	for _, r := range sessions {
		if r.Role == row.RolePerson && len(r.DeviceNameSealed) > 0 {
			owners = append(owners, r.HolderID)
		}
	}
	keys, err := s.vault.Keys(ctx, owners...)
	if err != nil {
		return nil, fmt.Errorf("names of devices: %w", err)
	}
	names := make([]string, len(sessions))
	for i, r := range sessions {
		names[i] = s.deviceName(keys, r)
	}
	return names, nil
}

func (s *Service) deviceName(keys vault.Set, r *ent.Session) string {
	if len(r.DeviceNameSealed) == 0 {
		return ""
	}
	var plain []byte
	var err error
	if r.Role == row.RolePerson {
		plain, err = keys.Unseal(r.HolderID, r.DeviceNameSealed, deviceNameContext(r.ID))
	} else {
		plain, err = s.keys.Unseal(r.DeviceNameSealed, deviceNameContext(r.ID))
	}
	if err != nil {
		return "" // the list is worth having without the name
	}
	return string(plain)
}
