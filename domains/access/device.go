package access

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

const (
	devicePrefix  = "mztd_"
	deviceContext = "device"
	longestDevice = 256
	// DeviceLife is how long a device is known without a sign-in or a refresh.
	DeviceLife = 365 * 24 * time.Hour
)

// deviceMark is what a device token holds.
type deviceMark struct {
	Device string `json:"d"`
	Issued int64  `json:"t"` // Unix seconds
}

// newDeviceToken makes the token by which a device is known again. Sealing makes
// it opaque and authentic; it opens nothing and says only that somebody has
// signed in here.
func (s *Service) newDeviceToken(id string) (string, error) {
	raw, err := json.Marshal(deviceMark{id, s.time().Unix()})
	if err != nil {
		return "", fmt.Errorf("write device token: %w", err)
	}
	sealed, err := s.keys.Seal(raw, deviceContext)
	if err != nil {
		return "", fmt.Errorf("seal device token: %w", err)
	}
	return devicePrefix + encode(sealed), nil
}

// ReadDevice returns the ID of the device of a device token, or false for
// anything else, an old one included. It asks no database.
func (s *Service) ReadDevice(token string) (device string, known bool) {
	text, ok := strings.CutPrefix(token, devicePrefix)
	if !ok || len(text) > longestDevice || strings.ContainsAny(text, "\r\n") {
		return "", false
	}
	sealed, err := decode(text)
	if err != nil {
		return "", false
	}
	raw, err := s.keys.Unseal(sealed, deviceContext)
	var mark deviceMark
	if err != nil || json.Unmarshal(raw, &mark) != nil || mark.Device == "" {
		return "", false
	}
	age := s.time().Sub(time.Unix(mark.Issued, 0))
	if age >= DeviceLife {
		return "", false
	}
	return mark.Device, true
}
