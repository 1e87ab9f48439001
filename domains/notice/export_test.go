package notice

// The moments at which [Service.EndAt] may end a delivery.
const (
	AfterCommit = afterCommit
	AfterSend   = afterSend
)

// EndAt has f called at the moments of deliveries; its error ends one there, as
// if the process had died.
func (s *Service) EndAt(f func(moment string) error) { s.at = f }
