package io.penstock.api.browser;

import io.penstock.audit.Trail.Entry;
import io.penstock.caller.flow.Callback;
import io.penstock.caller.flow.Flows.Kind;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import org.springframework.http.ResponseEntity;
import reactor.core.publisher.Mono;

/** Ends the flows of one kind, when their browsers come back. */
public interface Landing {

    Kind kind();

    /** Ends a flow. Never empty. Error: a {@link Refusal}, which is noted in the trail and shown. */
    Mono<ResponseEntity<String>> land(Callback callback, Request request);

    /** What the trail says of a refusal. */
    Entry refused(Refusal refusal, Request request);

    /** What the page of a refusal says beside its reason. */
    Pages.Failure failure();
}
