package io.penstock.setting;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import reactor.netty.ChannelBindException;

/** Says which of the addresses and ports cannot be listened on, and why. */
class UnusablePort implements FailureAnalyzer, Ordered {

    private final SettingNames names;

    UnusablePort(@Nullable Environment environment) {
        this.names = new SettingNames(environment);
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ChannelBindException refused) {
                return refused(refused);
            }
        }
        return null;
    }

    private FailureAnalysis refused(ChannelBindException refused) {
        var port = Integer.toString(refused.localPort());
        var why = String.valueOf(
                refused.getCause() == null
                        ? refused.getMessage()
                        : refused.getCause().getMessage());
        if (why.contains("assign")) {
            return analysis(key(port, "address"), "It is no address of this machine.", refused);
        }
        return analysis(
                key(port, "port"),
                why.contains("ermission")
                        ? "This user may not listen on port " + port + ": take one from 1024 on."
                        : "Port " + port + " is in use: stop who listens there, or take another one.",
                refused);
    }

    private static FailureAnalysis analysis(String name, String why, Throwable cause) {
        return new FailureAnalysis(name + ": " + why, "", cause);
    }

    private String key(String port, String what) {
        var ofManagement =
                port.equals(names.value("management.server.port")) && !port.equals(names.value("server.port"));
        return names.of((ofManagement ? "management.server." : "server.") + what);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 2;
    }
}
