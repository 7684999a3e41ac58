package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.Caller;
import io.penstock.catalog.Features;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class CheckRoundTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MemoryStore store = new MemoryStore();
    private final List<UUID> checked = new ArrayList<>();
    private final List<UUID> discovered = new ArrayList<>();

    private CheckRound round(Function<Gateway, Mono<Gateway>> check) {
        var health = new Health() {
            @Override
            public String circuit(UUID gateway) {
                return "closed";
            }

            @Override
            public Mono<Gateway> check(Gateway gateway) {
                checked.add(gateway.id());
                return check.apply(gateway);
            }

            @Override
            public Mono<Void> greet(Gateway gateway) {
                return Mono.empty();
            }

            @Override
            public Mono<Discovery> discover(Gateway gateway) {
                discovered.add(gateway.id());
                var nothing = new Features.Outcome(0, 0, 0);
                return Mono.just(new Discovery(nothing, nothing, nothing));
            }

            @Override
            public Mono<Discovery> discover(Gateway gateway, Caller caller) {
                return discover(gateway);
            }
        };
        return new CheckRound(
                store.gateways(),
                health,
                DialogueHealthTests.ROUNDS,
                PrognosisTests.SETTINGS,
                new Prognosis(PrognosisTests.SETTINGS, () -> 0));
    }

    private List<Gateway> due(int count) {
        for (int i = 0; i < count; i++) {
            store.due.add(SampleGateways.at(URI.create("http://localhost/mcp"), Transport.AUTO, "none"));
        }
        return List.copyOf(store.due);
    }

    @Test
    void oneThatHangsDelaysNoOther() {
        var due = due(3);
        var hangs = due.getFirst();
        var round = round(gateway -> gateway.equals(hangs) ? Mono.never() : Mono.just(gateway));

        round.round().block(LONG);
        assertThat(checked).hasSize(3);
    }

    @Test
    void noMoreAreClaimedThanThereIsRoomFor() {
        due(10);
        var round = round(_ -> Mono.never());

        round.round().block(LONG);
        round.round().block(LONG);

        assertThat(checked).hasSize(PrognosisTests.SETTINGS.concurrency());
        assertThat(store.due).hasSize(6);
    }

    @Test
    void roomIsFreedByWhatEndsWellOrNot() {
        due(12);
        var round = round(gateway -> switch (checked.size() % 3) {
            case 0 -> Mono.error(new Refusal(new Reason.UpstreamFailed("no", null)));
            case 1 -> Mono.error(new IllegalStateException("bug"));
            default -> Mono.just(gateway);
        });

        for (int i = 0; i < 3; i++) {
            round.round().block(LONG);
        }

        assertThat(store.due).isEmpty();
    }

    @Test
    void whatFailsForABugIsLoggedAndWhatIsRefusedIsNot(CapturedOutput output) {
        var due = due(2);
        var bugged = due.getFirst();
        var round = round(gateway -> Mono.error(
                gateway.equals(bugged)
                        ? new IllegalStateException("bug")
                        : new Refusal(new Reason.UpstreamFailed("no", null))));

        round.round().block(LONG);

        assertThat(output.getOut())
                .contains("Checking upstream " + bugged.id() + " failed", "IllegalStateException: bug")
                .doesNotContain(due.getLast().id().toString());
    }

    @Test
    void whatIsWellAndNotYetReadIsDiscovered() {
        var due = due(2);
        var well = due.getFirst();
        var round = round(gateway -> Mono.just(
                gateway.equals(well) ? SampleGateways.seen(gateway, "2025-11-25", "streamable_http") : gateway));

        round.round().block(LONG);

        assertThat(discovered).containsExactly(well.id());
    }
}
