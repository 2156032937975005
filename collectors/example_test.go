package collectors_test

import (
	"fmt"

	"github.com/hoiphunu/lantoa/collectors"
)

func ExampleMask() {
	fmt.Println(collectors.Mask("Liên hệ chị Hà: 0990.000.187"))
	fmt.Println(collectors.Mask("Ủng hộ cháu qua STK 0001870001870"))
	// Output:
	// Liên hệ chị Hà: 09•• ••• •87 false
	// Ủng hộ cháu qua STK ••••••••••••• true
}
