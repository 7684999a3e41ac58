package io.penstock.relay.bridge;

import io.penstock.access.Permit;
import io.penstock.wire.Message;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Tells the clients of a virtual server that what it shows has changed. */
@Component
final class Changed {

    /** A {@code list_changed} notification each time that the caller's view of the endpoint changes, until cancelled. */
    Flux<Message.Told> lists(Permit permit) {
        return Flux.never();
    }
}
