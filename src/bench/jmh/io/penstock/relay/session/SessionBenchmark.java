package io.penstock.relay.session;

import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.relay.RelaySettings;
import io.penstock.wire.ProtocolVersion;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.util.unit.DataSize;

/** What a session token costs: one is sealed with each session and opened with each request in it. */
@State(Scope.Thread)
public class SessionBenchmark {

    private static final String CAPABILITIES = "{\"elicitation\":{},\"sampling\":{},\"roots\":{\"listChanged\":true}}";
    private static final String CLIENT = "{\"name\":\"bench\",\"version\":\"1\"}";

    private final Gateway gateway = Snapshots.gateway("alpha", Visibility.PUBLIC, null, true);
    private final Permit permit = Permits.own(gateway);
    private final SessionTokens tokens = new Sealed()
            .tokens(new RelaySettings(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1),
                    DataSize.ofMegabytes(1),
                    Duration.ofHours(1),
                    false,
                    false));
    private final String sealed = tokens.begin(permit, ProtocolVersion.V2025_11_25, CAPABILITIES, CLIENT)
            .sealed();

    @Benchmark
    public String tokenIsSealed() {
        return tokens.seal(permit, "5f0c1a52-7f4e-4c43-9f5e-2f8f0a3f7a11", false);
    }

    @Benchmark
    public Session tokenIsOpened() {
        return tokens.open(permit, sealed);
    }
}
