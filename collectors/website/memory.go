package website

import (
	"container/list"
	"sync"
)

// memory keeps what was read and how it can be asked for again ("has it changed?"), up to so many bytes; what was
// longest unused goes first. Losing any of it costs a request and nothing else.
type memory struct {
	mu   sync.Mutex
	most int
	size int
	at   map[string]*list.Element
	use  *list.List // of *kept, last used first
}

// kept is one answer.
type kept struct {
	key            string
	etag, modified string
	value          any
	size           int
}

func newMemory(most int) *memory {
	return &memory{most: most, at: map[string]*list.Element{}, use: list.New()}
}

func (m *memory) get(key string) *kept {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.at[key]
	if e == nil {
		return nil
	}
	m.use.MoveToFront(e)
	return e.Value.(*kept)
}

// put keeps an answer; value is not changed any more.
func (m *memory) put(k *kept) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.at[k.key]; e != nil {
		m.drop(e)
	}
	m.at[k.key] = m.use.PushFront(k)
	m.size += k.size
	for m.size > m.most && m.use.Len() > 0 {
		m.drop(m.use.Back())
	}
}

func (m *memory) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.at[key]; e != nil {
		m.drop(e)
	}
}

func (m *memory) drop(e *list.Element) {
	k := e.Value.(*kept)
	m.size -= k.size
	delete(m.at, k.key)
	m.use.Remove(e)
}
