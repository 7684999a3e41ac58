package io.penstock.store.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.store.Changes.Notice;
import io.penstock.store.Changes.Topic;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ParameterizedClass
@EnumSource(Databases.class)
class ChangesTests {

    private final Database database;
    private final List<Topic> heard = new CopyOnWriteArrayList<>();

    ChangesTests(Databases databases) {
        database = databases.fresh();
    }

    /** A first announcement that arrives shows that it is listened to. */
    @BeforeEach
    void listen() {
        var _ = database.changes().announced().subscribe(heard::add);
        await().untilAsserted(() -> {
            StepVerifier.create(database.changes().announce(Topic.FEATURES)).verifyComplete();
            assertThat(heard).contains(Topic.FEATURES);
        });
        settle();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anAnnouncementIsHeard() {
        StepVerifier.create(database.changes().announce(Topic.GATEWAYS)).verifyComplete();

        await().untilAsserted(() -> assertThat(heard).containsExactly(Topic.GATEWAYS));
    }

    @Test
    void theRowsOfAnAnnouncementAreHeard() {
        var notices = new CopyOnWriteArrayList<Notice>();
        var _ = database.changes().notices().subscribe(notices::add);
        var rows = Stream.generate(UUID::randomUUID).limit(150).collect(Collectors.toSet());
        var many = Stream.generate(UUID::randomUUID).limit(1001).collect(Collectors.toSet());

        StepVerifier.create(database.changes().announce(Topic.GATEWAYS, rows)).verifyComplete();
        StepVerifier.create(database.changes().announce(Topic.SERVERS, many)).verifyComplete();
        StepVerifier.create(database.changes().announce(Topic.FEATURES, List.of()))
                .verifyComplete();
        StepVerifier.create(database.changes().announce(Topic.REVOCATIONS)).verifyComplete();

        await().untilAsserted(() -> assertThat(notices)
                .containsExactly(
                        new Notice(Topic.GATEWAYS, rows),
                        new Notice(Topic.SERVERS, Set.of()),
                        new Notice(Topic.REVOCATIONS, Set.of())));
    }

    @Test
    void aBusyListenerFindsTheRowsOfATopicTogether() {
        var board = new Noticeboard();
        var one = UUID.randomUUID();
        var two = UUID.randomUUID();

        StepVerifier.create(board.posted(), 0)
                .then(() -> {
                    board.post(new Notice(Topic.GATEWAYS, Set.of(one)));
                    board.post(new Notice(Topic.GATEWAYS, Set.of(two)));
                    board.post(new Notice(Topic.SERVERS, Set.of(one)));
                    board.post(new Notice(Topic.SERVERS, Set.of()));
                    board.post(new Notice(Topic.SERVERS, Set.of(two)));
                })
                .thenRequest(5)
                .expectNext(new Notice(Topic.GATEWAYS, Set.of(one, two)), new Notice(Topic.SERVERS, Set.of()))
                .thenCancel()
                .verify();
    }

    @Test
    void whatANewerReplicaAnnouncesMayBeAnything() {
        assertThat(NoticeText.read("STARS 1234")).isEqualTo(Notice.any(Topic.ALL));
        assertThat(NoticeText.read("GATEWAYS 1234")).isEqualTo(Notice.any(Topic.GATEWAYS));
        assertThat(NoticeText.read("GATEWAYS")).isEqualTo(Notice.any(Topic.GATEWAYS));
        assertThat(NoticeText.read(null)).isEqualTo(Notice.any(Topic.ALL));
    }

    @Test
    void anAnnouncementInATransactionIsHeardAfterItsCommitOnly() {
        Mono<Void> work = database.changes()
                .announce(Topic.GATEWAYS)
                .then(Mono.delay(Duration.ofMillis(300)))
                .then(Mono.fromRunnable(() -> assertThat(heard).isEmpty()));

        StepVerifier.create(database.transactions().run(work)).verifyComplete();

        await().untilAsserted(() -> assertThat(heard).containsExactly(Topic.GATEWAYS));
    }

    @Test
    void anAnnouncementThatIsRolledBackIsNotHeard() {
        Mono<Void> failing =
                database.changes().announce(Topic.GATEWAYS).then(Mono.error(new IllegalStateException("no")));
        StepVerifier.create(database.transactions().run(failing)).expectError().verify();

        StepVerifier.create(database.changes().announce(Topic.REVOCATIONS)).verifyComplete();

        await().untilAsserted(() -> assertThat(heard).contains(Topic.REVOCATIONS));
        assertThat(heard).doesNotContain(Topic.GATEWAYS);
    }

    @Test
    void aBusyListenerFindsEachTopicOnceWhenItIsReady() {
        List<Topic> slow = new CopyOnWriteArrayList<>();
        var subscriber = new BaseSubscriber<Topic>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // asks for nothing yet
            }

            @Override
            protected void hookOnNext(Topic topic) {
                slow.add(topic);
            }
        };
        database.changes().announced().subscribe(subscriber);
        for (int i = 0; i < 10; i++) {
            StepVerifier.create(database.changes().announce(Topic.GATEWAYS)).verifyComplete();
        }
        StepVerifier.create(database.changes().announce(Topic.REVOCATIONS)).verifyComplete();
        await().untilAsserted(() -> assertThat(heard).contains(Topic.REVOCATIONS));

        subscriber.requestUnbounded();

        assertThat(slow).containsExactlyInAnyOrder(Topic.GATEWAYS, Topic.REVOCATIONS);
    }

    /** What was announced by the probe of {@link #listen} may arrive late. */
    private void settle() {
        await().during(Duration.ofMillis(200)).until(() -> {
            boolean quiet = heard.isEmpty();
            heard.clear();
            return quiet;
        });
    }
}
