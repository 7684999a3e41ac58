package io.penstock.api.documents;

import io.penstock.api.entrance.Open;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springdoc.webflux.api.OpenApiWebfluxResource;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The document of the API. The library's own route has no rule and so is refused: it builds the document on an event loop, under a lock,
 * for each request. Here it is built once, elsewhere.
 */
@Hidden
@RestController
final class OpenApiController {

    private static final Duration FOREVER = Duration.ofDays(365);

    private final OpenApiWebfluxResource library;
    private final AtomicReference<@Nullable Mono<byte[]>> document = new AtomicReference<>();

    OpenApiController(OpenApiWebfluxResource library) {
        this.library = library;
    }

    @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    @Open
    Mono<byte[]> document(ServerHttpRequest request) {
        var built = document.get();
        if (built == null) {
            built = build(request);
            document.set(built);
        }
        return built;
    }

    /** A failure is not kept. */
    private Mono<byte[]> build(ServerHttpRequest request) {
        return Mono.defer(() -> read(request))
                .subscribeOn(Schedulers.boundedElastic())
                .cache(bytes -> FOREVER, failure -> Duration.ZERO, () -> Duration.ZERO);
    }

    private Mono<byte[]> read(ServerHttpRequest request) {
        try {
            return library.openapiJson(request, "/openapi.json", Locale.ENGLISH);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return Mono.error(e);
        }
    }
}
