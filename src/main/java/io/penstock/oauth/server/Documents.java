package io.penstock.oauth.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.penstock.egress.Egress;
import io.penstock.egress.JsonAnswer;
import java.net.URI;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** JSON documents at well-known places: no redirect is followed, at most 64 KiB are read within 10 s. */
@Component
final class Documents {

    private final Egress egress;

    Documents(Egress egress) {
        this.egress = egress;
    }

    /** The first of them that there is. Empty: none is there. Error: {@link Undiscovered} where that cannot be told. */
    Mono<JsonAnswer> first(List<URI> places, List<URI> given) {
        return Flux.fromIterable(places).concatMap(place -> at(place, given), 1).next();
    }

    /** Empty: there is none. Error: {@link Undiscovered} where that cannot be told. */
    Mono<JsonAnswer> at(URI place, List<URI> given) {
        return egress.towards(place, given)
                .headers(headers -> headers.set(HttpHeaderNames.ACCEPT, HttpHeaderValues.APPLICATION_JSON))
                .get()
                .uri(place)
                .response(JsonAnswer::read)
                .single()
                .timeout(JsonAnswer.PATIENCE)
                // one text for every way not to reach it, so that nobody learns from it what listens where
                .onErrorMap(_ -> Undiscovered.failed(
                        "a document about its authorization server could not be reached, or did not come in time"))
                .flatMap(answer -> answer.status() >= 500
                        ? Mono.error(Undiscovered.failed(
                                "a document about its authorization server was answered with " + answer.status()))
                        : Mono.just(answer))
                .filter(answer -> answer.status() == 200 && answer.object() != null);
    }
}
