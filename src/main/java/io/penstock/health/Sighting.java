package io.penstock.health;

import io.penstock.relay.Dialogues.Greeting;

/** What one look at an upstream showed. */
sealed interface Sighting {

    /** It answered. */
    record Well(Greeting greeting) implements Sighting {}

    /** It answered that it wants a user's credential, which the gateway has none of: it is there. */
    record Guarded() implements Sighting {}

    /** It did not; the error is written for whoever can mend it. */
    record Ill(String error) implements Sighting {}
}
