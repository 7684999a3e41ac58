package io.penstock.store.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.loop.RunningRounds;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.Switchboard;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Frames between two replicas on one PostgreSQL. */
@ExtendWith(OutputCaptureExtension.class)
class SwitchboardTests {

    private final Database database = Databases.POSTGRESQL.fresh();
    private final RunningRounds rounds = new RunningRounds();
    private final Vault vault = Vaults.fresh();
    private final Switchboard here = database.switchboard(vault, rounds);
    private final Switchboard there = database.switchboard(vault, rounds);
    private final List<String> heardHere = new CopyOnWriteArrayList<>();
    private final List<String> heardThere = new CopyOnWriteArrayList<>();

    /** Each connection begins with the word that something may have been lost. */
    @BeforeEach
    void listen() {
        rounds.repeat("here", Duration.ofSeconds(1), reading(here, heardHere));
        rounds.repeat("there", Duration.ofSeconds(1), reading(there, heardThere));
        await().untilAsserted(() -> {
            assertThat(heardHere).containsExactly("");
            assertThat(heardThere).containsExactly("");
        });
        heardHere.clear();
        heardThere.clear();
    }

    private static Mono<Void> reading(Switchboard switchboard, List<String> heard) {
        return switchboard
                .received()
                .map(frame -> new String(frame, UTF_8))
                .doOnNext(heard::add)
                .then();
    }

    @AfterEach
    void close() {
        rounds.close();
        database.close();
    }

    @Test
    void namesAreOfThatForm() {
        assertThat(here.self()).matches("[a-z0-9]{16}").isNotEqualTo(there.self());
    }

    @Test
    void aFrameReachesTheReplicaThatItIsForAndNoOther() {
        StepVerifier.create(here.send(there.self(), bytes("hello"))).verifyComplete();

        await().untilAsserted(() -> assertThat(heardThere).containsExactly("hello"));
        assertThat(heardHere).isEmpty();
    }

    @Test
    void aFrameToAllReachesTheSenderToo() {
        StepVerifier.create(here.broadcast(bytes("all"))).verifyComplete();

        await().untilAsserted(() -> {
            assertThat(heardThere).containsExactly("all");
            assertThat(heardHere).containsExactly("all");
        });
    }

    @Test
    void toAllGoesNothingLarge() {
        StepVerifier.create(here.broadcast(new byte[Switchboard.LARGEST_TO_ALL]))
                .verifyComplete();

        assertThatThrownBy(() -> here.broadcast(new byte[Switchboard.LARGEST_TO_ALL + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void framesOfAllSizesArriveInTheirOrderAndLeaveNothingBehind() {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            sent.add(i + "x".repeat(i % 7 == 0 ? 20_000 : 10));
        }

        sent.forEach(text -> {
            var _ = here.send(there.self(), bytes(text));
        });

        await().atMost(Duration.ofSeconds(20)).until(() -> heardThere.size() == sent.size());
        assertThat(heardThere).isEqualTo(sent);
        assertThat(parcels()).isZero();
        assertThat(here.losses() + there.losses()).isEqualTo(2);
    }

    @Test
    void framesAroundTheLimitOfANotificationArrive() {
        List<String> sent = IntStream.range(5900, 6010).mapToObj("y"::repeat).toList();

        sent.forEach(text -> {
            var _ = here.send(there.self(), bytes(text));
        });

        await().untilAsserted(() -> assertThat(heardThere).isEqualTo(sent));
    }

    @Test
    void nothingIsReadableInTheDatabase() {
        StepVerifier.create(here.send("0123456789abcdef", bytes("secret".repeat(5000))))
                .verifyComplete();

        byte[] body = database.client()
                .sql("SELECT body FROM parcels")
                .map(row -> row.get("body", byte[].class))
                .one()
                .block(Duration.ofSeconds(10));

        assertThat(new String(body, UTF_8)).doesNotContain("secretsecret");
    }

    @Test
    void whatDoesNotOpenIsDroppedAndToldOnce(CapturedOutput output) {
        Switchboard stranger = database.switchboard(Vaults.fresh(), rounds);

        // a frame is queued when it is given: each of these is sent before the next one is
        StepVerifier.create(stranger.send(there.self(), bytes("forged"))
                        .then(Mono.defer(() -> stranger.send(there.self(), bytes("again"))))
                        .then(Mono.defer(() -> here.send(there.self(), bytes("true")))))
                .verifyComplete();

        // frames are opened in their order: when the last is heard, both before it have been dropped
        await().untilAsserted(() -> assertThat(heardThere).containsExactly("true"));
        assertThat(output.getOut().split("is not sealed by a replica", -1)).hasSize(2);
    }

    @Test
    void aSealedFrameForOneReplicaDoesNotOpenAtAnother() {
        StepVerifier.create(here.send("0123456789abcdef", bytes("z".repeat(20_000))))
                .verifyComplete();

        var _ = database.client()
                .sql("SELECT pg_notify('penstock_r_" + there.self() + "', '#' || id) FROM parcels")
                .fetch()
                .all()
                .blockLast(Duration.ofSeconds(10));
        StepVerifier.create(here.send(there.self(), bytes("after"))).verifyComplete();

        await().untilAsserted(() -> assertThat(heardThere).containsExactly("after"));
    }

    @Test
    void aLostConnectionIsMadeAgainAndSaidToBeALoss() {
        terminate();

        await().untilAsserted(() -> assertThat(heardThere).contains(""));
        await().untilAsserted(() -> {
            StepVerifier.create(here.send(there.self(), bytes("back")).onErrorComplete())
                    .verifyComplete();
            assertThat(heardThere).contains("back");
        });
        assertThat(there.losses()).isGreaterThan(1);
    }

    @Test
    void parcelsThatNobodyFetchesAreTidiedAway() {
        StepVerifier.create(here.send("0123456789abcdef", bytes("z".repeat(20_000))))
                .verifyComplete();
        assertThat(parcels()).isOne();
        StepVerifier.create(((PostgresSwitchboard) here).tidy()).verifyComplete();
        assertThat(parcels()).isOne();
        var _ = database.client()
                .sql("UPDATE parcels SET created_at = created_at - INTERVAL '2' MINUTE")
                .fetch()
                .rowsUpdated()
                .block(Duration.ofSeconds(10));

        StepVerifier.create(((PostgresSwitchboard) here).tidy()).verifyComplete();

        assertThat(parcels()).isZero();
    }

    @Test
    void theEmbeddedDatabaseHasOneReplicaWhichReachesItself() {
        var alone = new LocalSwitchboard("0123456789abcdef");

        StepVerifier.create(alone.received().take(2).map(frame -> new String(frame, UTF_8)))
                .then(() -> StepVerifier.create(alone.send("fedcba9876543210", bytes("nobody"))
                                .then(alone.send(alone.self(), bytes("me")))
                                .then(alone.broadcast(bytes("all"))))
                        .verifyComplete())
                .expectNext("me", "all")
                .verifyComplete();
    }

    private void terminate() {
        var _ = database.client()
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND (query LIKE '%pg_notify%' OR query LIKE '%synchronous_commit%' OR query LIKE 'LISTEN %')"
                        + " AND pid <> pg_backend_pid()")
                .fetch()
                .all()
                .blockLast(Duration.ofSeconds(10));
    }

    private long parcels() {
        return database.client()
                .sql("SELECT count(*) FROM parcels")
                .map(row -> row.get(0, Long.class))
                .one()
                .block(Duration.ofSeconds(10));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
