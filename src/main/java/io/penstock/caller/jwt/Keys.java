package io.penstock.caller.jwt;

import com.nimbusds.jose.jwk.JWK;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The keys of an issuer. */
interface Keys {

    /**
     * The keys that may have signed a token, never empty as a {@code Mono}. Error: {@code Unavailable} where none could be read yet.
     *
     * @param kid the token's key id, a key to look up and nothing else; null where it names none
     */
    Mono<List<SigningKey>> find(@Nullable String kid);

    /** One key of the operator's own. */
    static Keys fixed(JWK key) {
        Mono<List<SigningKey>> only = Mono.just(List.of(SigningKey.forEver(key)));
        return kid -> only;
    }
}
