package io.penstock.api.accounts;

import io.penstock.api.entrance.Changing;
import io.penstock.api.entrance.Changing.Deed;
import io.penstock.caller.Directory;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Makes changes of accounts with their audit entries, and lets them hold here before they are answered. */
@Component
final class AccountChanges {

    private final Changing changing;
    private final Directory directory;

    AccountChanges(Changing changing, Directory directory) {
        this.changing = changing;
        this.directory = directory;
    }

    /** Empty where the change was: then there is no entry. */
    <T> Mono<T> run(Deed deed, Object id, @Nullable String detail, Mono<T> change) {
        return changing.runNamed(deed, id.toString(), detail, change).flatMap(this::held);
    }

    /** Makes a thing that gets its id in the making. */
    <T> Mono<T> make(Deed deed, Mono<T> making, Function<T, UUID> id) {
        return changing.make(deed, making, id).flatMap(this::held);
    }

    /** As {@link #run}, for a change that finds out what it is about. */
    <T> Mono<T> runOn(Deed deed, Mono<T> change, Function<T, String> id) {
        return changing.runOn(deed, change, id).flatMap(this::held);
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
