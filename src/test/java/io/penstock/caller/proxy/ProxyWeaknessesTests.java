package io.penstock.caller.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.proxy.ProxySettings.GroupsFormat;
import io.penstock.vault.Weakness;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyWeaknessesTests {

    private static List<Weakness> of(boolean on, boolean proven, String range) {
        var settings = new ProxySettings(
                !on, on, "X-User", List.of(range, "127.0.0.0/8"), false, "", GroupsFormat.COMMAS, "X-Forwarded-For");
        return new ProxyWeaknesses(settings, proven).find();
    }

    @Test
    void whoMayNameAnybodyIsToldWhereItCouldBeAnybody() {
        assertThat(of(true, false, "10.0.0.0/8")).singleElement().satisfies(weakness -> {
            assertThat(weakness.setting()).isEqualTo("TRUSTED_PROXY_CIDRS");
            assertThat(weakness.reason()).contains("may say who calls");
        });
        assertThat(of(true, true, "10.0.0.0/8")).isEmpty();
        assertThat(of(true, false, "10.1.2.0/24")).isEmpty();
        assertThat(of(true, false, "fd00::/8")).hasSize(1);
    }

    @Test
    void whoMayNameAnyAddressIsToldThoughProxiesNameNobody() {
        assertThat(of(false, false, "0.0.0.0/0"))
                .singleElement()
                .satisfies(weakness -> assertThat(weakness.reason()).contains("which address a call comes from"));
        assertThat(of(false, false, "10.1.2.3/32")).isEmpty();
    }
}
