package io.penstock.mcp.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.vault.Vault;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineIdsTests {

    private static final Target GATEWAY = new Target.GatewayTarget(UUID.randomUUID());

    /** Shows what it seals: only the context is of interest here. */
    private static final Vault VAULT = new Vault() {
        @Override
        public byte[] seal(byte[] plain, String context) {
            return (context + '\n' + new String(plain, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] open(byte[] sealed, String context) throws SealBroken {
            byte[] start = (context + '\n').getBytes(StandardCharsets.UTF_8);
            if (sealed.length < start.length || !Arrays.equals(start, Arrays.copyOf(sealed, start.length))) {
                throw new SealBroken();
            }
            return Arrays.copyOfRange(sealed, start.length, sealed.length);
        }
    };

    private final LineIds ids = new LineIds(VAULT);
    private final LineIds.Place place = new LineIds.Place("replica-1", "line-1");

    @Test
    void opensForItsUserAtItsEndpoint() {
        String sealed = ids.seal(place, "alice", GATEWAY);

        assertThat(sealed).matches("[A-Za-z0-9_-]+");
        assertThat(ids.open(sealed, "alice", GATEWAY)).isEqualTo(place);
    }

    @Test
    void opensForNobodyElseAndNowhereElse() {
        String sealed = ids.seal(place, "alice", GATEWAY);

        assertThatThrownBy(() -> ids.open(sealed, "bob", GATEWAY)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> ids.open(sealed, "alice", new Target.AllTarget()))
                .isInstanceOf(Refusal.class);
        String named = ids.seal(place, "b|c", new Target.NamedTarget("a"));
        assertThatThrownBy(() -> ids.open(named, "c", new Target.NamedTarget("a|b")))
                .isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "no base64!", "x"})
    void whatIsNoNameNamesNothing(String name) {
        assertThatThrownBy(() -> ids.open(name, "alice", GATEWAY)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> ids.open("A".repeat(2000), "alice", GATEWAY)).isInstanceOf(Refusal.class);
    }
}
