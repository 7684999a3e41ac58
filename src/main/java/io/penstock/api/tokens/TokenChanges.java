package io.penstock.api.tokens;

import io.penstock.account.token.HeldTokens;
import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Once;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Makes changes of tokens with their audit entries, and lets them hold here before they are answered. */
@Component
final class TokenChanges {

    private final Changing changing;
    private final Once once;
    private final HeldTokens held;

    TokenChanges(Changing changing, Once once, HeldTokens held) {
        this.changing = changing;
        this.once = once;
        this.held = held;
    }

    /** Empty where the change was: then there is no entry. */
    <T> Mono<T> run(Deed deed, UUID id, @Nullable String detail, Mono<T> change) {
        return changing.runNamed(deed, id.toString(), detail, change).flatMap(this::holding);
    }

    /** Makes one thing for each idempotency key. */
    <T> Mono<T> make(Deed deed, @Nullable String key, ObjectNode body, Once.Making<T> making) {
        return once.make(deed, key, body, making).flatMap(this::holding);
    }

    /** What was committed stays so, whether it could be read again or not. */
    private <T> Mono<T> holding(T changed) {
        return held.refresh().onErrorComplete().thenReturn(changed);
    }
}
