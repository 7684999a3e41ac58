package io.penstock.store.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How soon the connections between replicas are made again. */
class ReconnectionTests {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** The pause after the first loss in a row, and half of it for luck. */
    private static final Duration SHORT = Duration.ofMillis(150);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final Vault vault = Vaults.fresh();
    private final Mono<PostgresqlConnection> opening = Mono.defer(this::open);
    private Sinks.Empty<Notification> connection = Sinks.empty();
    private boolean reachable = true;
    private int attempts;
    private Disposable running = Disposables.disposed();

    @AfterEach
    void stop() {
        running.dispose();
        VirtualTimeScheduler.reset();
    }

    enum Side {
        SENDING,
        HEARING
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatHasStoodIsMadeAgainSoonHoweverManyWereLostBefore(Side side) {
        reachable = false;
        running = run(side).subscribe();
        time.advanceTimeBy(LONG);
        reachable = true;
        time.advanceTimeBy(LONG);
        int before = attempts;

        lose();
        time.advanceTimeBy(SHORT);

        assertThat(attempts).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @EnumSource
    void connectionsThatAreLostAtOnceAreMadeAgainLessAndLessOften(Side side) {
        running = run(side).subscribe();

        for (int losses = 0; losses < 600; losses++) {
            lose();
            time.advanceTimeBy(LONG.dividedBy(600));
        }

        assertThat(attempts).isLessThan(30);
    }

    private Mono<Void> run(Side side) {
        return switch (side) {
            case SENDING -> new SendingLine(vault, opening, new Inbox()).run();
            case HEARING -> new HearingLine("self", vault, opening, new Inbox()).run();
        };
    }

    private void lose() {
        var _ = connection.tryEmitEmpty();
    }

    private Mono<PostgresqlConnection> open() {
        attempts++;
        connection = Sinks.empty();
        var notifications = connection.asMono().flux();
        return reachable
                ? Mono.just(as(PostgresqlConnection.class, (_, method, _) -> switch (method.getName()) {
                    case "getNotifications" -> notifications;
                    case "createStatement" -> as(PostgresqlStatement.class, (_, _, _) -> Flux.empty());
                    default -> Mono.empty();
                }))
                : Mono.error(new IOException("unreachable"));
    }

    private static <T> T as(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
