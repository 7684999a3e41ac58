package io.penstock.relay.elsewhere;

import io.penstock.loop.RunningRounds;
import io.penstock.store.Database;
import io.penstock.store.Switchboard;
import io.penstock.vault.Vault;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One replica without the rest of it, whose sending can be made to lose frames. */
final class Node implements AutoCloseable {

    static final ElsewhereSettings SETTINGS = new ElsewhereSettings(
            Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(3), 32, 1 << 20, 100);

    final RunningRounds rounds = new RunningRounds();
    final SwitchboardReplicas replicas;
    volatile BiFunction<Request, byte[], Mono<Reply>> script = (request, body) -> Mono.never();
    volatile Predicate<Frame> losing = frame -> false;

    Node(Database database, Vault vault) {
        var switchboard = new Lossy(database.switchboard(vault, rounds));
        replicas = new SwitchboardReplicas(switchboard, rounds, SETTINGS, Schedulers.parallel());
        replicas.serve((request, body) -> script.apply(request, body));
        rounds.repeat("hear", Duration.ofMillis(50), replicas.hears());
        rounds.repeat("beat", SETTINGS.beat(), replicas.beats());
        replicas.start();
    }

    String name() {
        return replicas.self();
    }

    /** As if the process were gone: nothing more is said or heard. */
    @Override
    public void close() {
        rounds.close();
    }

    private final class Lossy implements Switchboard {

        private final Switchboard real;

        Lossy(Switchboard real) {
            this.real = real;
        }

        @Override
        public String self() {
            return real.self();
        }

        @Override
        public Mono<Void> send(String replica, byte[] frame) {
            return losing.test(Letters.read(frame).frame()) ? Mono.empty() : real.send(replica, frame);
        }

        @Override
        public Mono<Void> broadcast(byte[] frame) {
            return real.broadcast(frame);
        }

        @Override
        public Flux<byte[]> received() {
            return real.received();
        }

        @Override
        public long losses() {
            return real.losses();
        }
    }
}
