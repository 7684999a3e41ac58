package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.vault.Weakness;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressWeaknessesTests {

    private static EgressWeaknesses of(String ranges) {
        return new EgressWeaknesses(Arrays.stream(ranges.split(";", -1))
                .filter(range -> !range.isEmpty())
                .map(AddressRange::parse)
                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/8;fd00::/8", "127.0.0.0/8;::1/128", "93.184.216.0/24"})
    void aListOfOnesOwnNetworksIsNoWeakness(String ranges) {
        assertThat(of(ranges).find()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, anywhere",
        "10.0.0.0/8;::/0, anywhere",
        "10.0.0.0/7, anywhere",
        "169.254.169.254/32, link-local",
        "fe80::/10, link-local",
        "168.63.129.16, link-local"
    })
    void oneThatOpensMoreIs(String ranges, String reason) {
        assertThat(of(ranges).find()).singleElement().satisfies(weakness -> {
            assertThat(weakness.setting()).isEqualTo("UPSTREAM_ALLOWED_CIDRS");
            assertThat(weakness.reason()).contains(reason, "Right would be");
        });
    }

    @Test
    void bothAreTold() {
        assertThat(of("0.0.0.0/0;169.254.0.0/16").find())
                .extracting(Weakness::reason)
                .hasSize(2);
    }
}
