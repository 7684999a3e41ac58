package io.penstock.health;

import io.penstock.relay.Dialogues.Greeting;

/** What one look at an upstream showed. */
sealed interface Sighting {

    /** It answered. */
    record Well(Greeting greeting) implements Sighting {}

    /** It did not; the error is written for whoever can mend it. */
    record Ill(String error) implements Sighting {}
}
