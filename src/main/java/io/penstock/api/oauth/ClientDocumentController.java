package io.penstock.api.oauth;

import io.penstock.api.entrance.Open;
import io.penstock.oauth.registration.ClientDocument;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What this gateway says of itself to authorization servers. */
@RestController
public final class ClientDocumentController {

    private static final Duration FRESH = Duration.ofHours(1);

    private final ClientDocument document;

    ClientDocumentController(ClientDocument document) {
        this.document = document;
    }

    @Operation(
            summary = "The document whose address is this gateway's client id where an authorization server takes one")
    @GetMapping(ClientDocument.PATH)
    @Open
    Mono<ResponseEntity<ClientDocument.Content>> document() {
        var content = document.content();
        return content == null
                ? Mono.error(new Refusal(new Reason.NotFound("This gateway has no https address (BASE_URL), so nobody"
                        + " could take this document for its client id")))
                : Mono.just(ResponseEntity.ok()
                        .cacheControl(CacheControl.maxAge(FRESH).cachePublic())
                        .body(content));
    }
}
