package io.penstock.account.password;

import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Argon2id, on threads of its own: a hash takes a tenth of a second and tens of megabytes, so that few run and few wait. */
@Component
public final class PasswordHashes implements DisposableBean {

    private static final int SALT = 16;
    private static final int HASH = 32;
    private static final int WAITING = 64;
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Argon2PasswordEncoder encoder;
    private final Scheduler scheduler;
    private final Mono<String> nobodys;

    PasswordHashes(PasswordSettings settings) {
        encoder = new Argon2PasswordEncoder(
                SALT, HASH, settings.parallelism(), settings.memoryCost(), settings.timeCost());
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        scheduler = Schedulers.newBoundedElastic(threads, WAITING, "passwords", 60, true);
        nobodys = hash(new Secret(UUID.randomUUID().toString()))
                .cache(_ -> FOREVER, _ -> Duration.ZERO, () -> Duration.ZERO);
    }

    /** The hash of a password, with its salt and costs in it. Error: {@code Unavailable} where too many wait. */
    public Mono<String> hash(Secret password) {
        return run(() -> encoder.encode(password.reveal()));
    }

    /**
     * Whether that is the password. It takes as long without a hash as with one. Error: {@code Unavailable}.
     *
     * @param hash null for a user who has none, or who is none
     */
    Mono<Boolean> matches(Secret password, @Nullable String hash) {
        return (hash == null ? nobodys : Mono.just(hash))
                .flatMap(known -> run(() -> encoder.matches(password.reveal(), known) && hash != null));
    }

    private <T> Mono<T> run(Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(scheduler)
                .onErrorMap(
                        RejectedExecutionException.class,
                        _ -> new Refusal(new Reason.Unavailable(
                                "Too many passwords are being checked: try again", Duration.ofSeconds(1))));
    }

    @Override
    public void destroy() {
        scheduler.dispose();
    }
}
