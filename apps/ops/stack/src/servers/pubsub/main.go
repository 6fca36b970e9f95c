// Runs Google's own fake of Pub/Sub, which is a library for tests, as a server at a fixed port of this machine until a signal comes.
package main

import (
	"log"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"cloud.google.com/go/pubsub/v2/pstest"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: sluice-pubsub PORT")
	}
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatalf("%q is not a port", os.Args[1])
	}
	server := pstest.NewServerWithPort(port)
	defer server.Close()
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)
	<-ended
}
