# make run   start the whole product with a simulated province
# make test  run every test, installing what they need
# make fuzz  let each parser of foreign input be looked at for half a minute
.PHONY: run build test fuzz lint

BIN := build/lantoa

run: build
	$(BIN) demo $(ARGS)

build:
	CGO_ENABLED=0 go build -buildvcs=auto -o $(BIN) ./cmd/lantoa

test:
	bash tools/test

fuzz:
	bash tools/fuzz

lint:
	bash tools/lint
