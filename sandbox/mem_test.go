package sandbox
import ("testing";"runtime";"fmt";"time")
func TestMem(t *testing.T){
 var a,b runtime.MemStats
 runtime.GC(); runtime.GC(); runtime.ReadMemStats(&a)
 t0:=time.Now()
 s,err:=New(Options{Anchor:monday})
 d:=time.Since(t0)
 if err!=nil {t.Fatal(err)}
 runtime.GC(); runtime.GC(); runtime.ReadMemStats(&b)
 fmt.Printf("MEM start %v heap %.1f MB total alloc %.1f MB\n", d, float64(b.HeapAlloc-a.HeapAlloc)/1e6, float64(b.TotalAlloc-a.TotalAlloc)/1e6)
 runtime.KeepAlive(s)
}
