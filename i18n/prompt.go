package i18n

import "strings"

// Prompt is a sentence that is spoken: at the hall's door, in its queue, on the
// hotline. Every language has all of them, partial ones too.
type Prompt string

// The prompts.
const (
	GreetMorning      Prompt = "greet_morning"
	GreetAfternoon    Prompt = "greet_afternoon"
	GreetEvening      Prompt = "greet_evening"
	Welcome           Prompt = "welcome"
	Farewell          Prompt = "farewell"
	QueueTicket       Prompt = "queue_ticket" // Ticket
	QueueAhead        Prompt = "queue_ahead"  // Count
	QueueCall         Prompt = "queue_call"   // Ticket, Window
	QueueNext         Prompt = "queue_next"   // Ticket
	QueueMissed       Prompt = "queue_missed" // Ticket
	QueueClosing      Prompt = "queue_closing"
	OfficeClosed      Prompt = "office_closed"
	HotlineWelcome    Prompt = "hotline_welcome"
	HotlineLanguage   Prompt = "hotline_language"
	HotlineMenu       Prompt = "hotline_menu"
	HotlineWrongKey   Prompt = "hotline_wrong_key"
	HotlineWaiting    Prompt = "hotline_waiting"
	HotlineAgentsBusy Prompt = "hotline_agents_busy"
	HotlineRecording  Prompt = "hotline_recording"
	HotlineGoodbye    Prompt = "hotline_goodbye"
)

// ID is the ID of the prompt's message.
func (p Prompt) ID() string { return spokenPrefix + strings.ToUpper(string(p)) }
