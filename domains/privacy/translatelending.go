package privacy

import "github.com/minzhengtong/minzhengtong/domains/lending"

// lend puts cases into the copy, with their offers and notes.
func (e *Export) lend(list []lending.Held) {
	for _, h := range list {
		e.LendingCases = append(e.LendingCases, ExportLendingCase{
			ID: string(h.ID), Document: string(h.Document), Firm: string(h.Firm), Bank: h.Bank, Product: string(h.Product), State: string(h.State),
			Name: h.Name, Fen: h.Need.Fen, Months: int64(h.Need.Months), Use: string(h.Need.Use), Words: h.Need.Words, Answer: h.Answer,
			Granted: h.Granted, Created: h.Created, Accepted: h.Accepted, Ended: h.Ended,
		})
		for _, o := range h.Offers {
			e.LendingOffers = append(e.LendingOffers, ExportLendingOffer{
				ID: string(o.ID), Case: string(h.ID), State: string(o.State), Fen: o.Fen, RateBP: int64(o.RateBP), Months: int64(o.Months),
				Terms: o.Words, Until: o.Until, Created: o.Created, Answered: o.Answered,
			})
		}
		for _, n := range h.Notes {
			e.LendingNotes = append(e.LendingNotes, ExportLendingNote{
				ID: string(n.ID), Case: string(h.ID), Side: string(n.Side), About: n.About, Text: n.Text, Paper: n.PaperName, Media: string(n.Media),
				Size: int64(n.Size), Created: n.Created,
			})
		}
	}
}
