package io.penstock.api.accounts;

import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.api.entrance.Once;
import io.penstock.caller.Directory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Makes changes of accounts with their audit entries, and lets them hold here before they are answered. */
@Component
final class AccountChanges {

    private final Changing changing;
    private final Once once;
    private final Directory directory;

    AccountChanges(Changing changing, Once once, Directory directory) {
        this.changing = changing;
        this.once = once;
        this.directory = directory;
    }

    /** Empty where the change was: then there is no entry. */
    <T> Mono<T> run(Deed deed, Object id, @Nullable String detail, Mono<T> change) {
        return changing.runNamed(deed, id.toString(), detail, change).flatMap(this::held);
    }

    /** Makes one thing for each idempotency key. */
    <T> Mono<T> make(Deed deed, @Nullable String key, ObjectNode body, Once.Making<T> making) {
        return once.make(deed, key, body, making).flatMap(this::held);
    }

    /** As {@link #run}, for a change that finds out what it is about. */
    <T> Mono<T> runOn(Deed deed, Function<T, String> id, Mono<T> change) {
        return changing.runOn(deed, id, null, change).flatMap(this::held);
    }

    /** True where there was something to change. */
    Mono<Boolean> runIfAny(Deed deed, Object id, @Nullable String detail, Mono<Boolean> change) {
        return run(deed, id, detail, change.filter(any -> any)).defaultIfEmpty(false);
    }

    /** What was committed stays so, whether it could be read again or not. */
    private <T> Mono<T> held(T changed) {
        return directory.refresh().onErrorComplete().thenReturn(changed);
    }
}
