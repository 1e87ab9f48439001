package keyring

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Errors of the files themselves, for the operator. They come wrapped with the
// file's name.
var (
	// ErrDamaged: the bytes are not those that were written.
	ErrDamaged = errors.New("keyring: the file is damaged; put back its last backup")
	// ErrNewer: a later version of the program wrote the file.
	ErrNewer = errors.New("keyring: the file was written by a newer version of this program; run that version")
)

// fileFormat is the version of both files. It grows when an older program could
// misread them.
const fileFormat = 1

// pack puts a line in front of body with the file's kind, its format and a
// checksum of body, which tells chance damage from a wrong key.
func pack(kind string, body []byte) (raw []byte, sum string) {
	sum = checksum(body)
	return append(fmt.Appendf(nil, "%s %d %s\n", kind, fileFormat, sum), body...), sum
}

// unpack checks that line. It fails with ErrDamaged or ErrNewer.
func unpack(kind string, raw []byte) (body []byte, sum string, err error) {
	line, body, ok := bytes.Cut(raw, []byte("\n"))
	parts := strings.Split(string(line), " ")
	if !ok || len(parts) < 3 || parts[0] != kind {
		return nil, "", ErrDamaged
	}
	format, err := strconv.Atoi(parts[1])
	switch {
	case err != nil || format < 1:
		return nil, "", ErrDamaged
	case format > fileFormat:
		return nil, "", ErrNewer
	case len(parts) != 3 || parts[2] != checksum(body):
		return nil, "", ErrDamaged
	}
	return body, parts[2], nil
}

func checksum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// writeFile makes a file that is there whole or not at all, readable by its
// owner only. Publish moves the finished file into place: [os.Rename] replaces
// what is there, [os.Link] fails with [os.ErrExist]. A kill on the way leaves a
// hidden temporary file that may be deleted.
func writeFile(path string, raw []byte, publish func(temp, path string) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		return err
	}
	_, err = temp.Write(raw)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = publish(temp.Name(), path)
	}
	if removed := os.Remove(temp.Name()); err == nil && removed != nil && !errors.Is(removed, os.ErrNotExist) {
		err = removed
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a new name in a folder survive a power cut.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
