# make run   start the whole product with a simulated province
# make test  run every test, installing what they need
.PHONY: run build test lint

BIN := build/lantoa

run: build
	$(BIN) demo $(ARGS)

build:
	CGO_ENABLED=0 go build -buildvcs=auto -o $(BIN) ./cmd/lantoa

test:
	bash tools/test

lint:
	bash tools/lint
