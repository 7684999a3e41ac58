package io.penstock.egress;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Resolves names, and lets through only addresses that the policy allows: the connection is made to what was checked, so that a name
 * which resolves differently a moment later changes nothing. Literals pass through here too.
 */
final class CheckedResolver extends AbstractAddressResolver<InetSocketAddress> {

    private final AddressResolver<InetSocketAddress> resolver;
    private final Policy policy;
    private final Denials denials;

    CheckedResolver(
            EventExecutor executor, AddressResolver<InetSocketAddress> resolver, Policy policy, Denials denials) {
        super(executor, InetSocketAddress.class);
        this.resolver = resolver;
        this.policy = policy;
        this.denials = denials;
    }

    /** Never, so that a literal is checked like every other address. */
    @Override
    protected boolean doIsResolved(InetSocketAddress address) {
        return false;
    }

    @Override
    protected void doResolve(InetSocketAddress address, Promise<InetSocketAddress> promise) {
        Promise<List<InetSocketAddress>> all = executor().newPromise();
        all.addListener((Future<List<InetSocketAddress>> found) -> {
            if (found.isSuccess()) {
                promise.trySuccess(found.getNow().getFirst());
            } else {
                promise.tryFailure(found.cause());
            }
        });
        doResolveAll(address, all);
    }

    @Override
    protected void doResolveAll(InetSocketAddress address, Promise<List<InetSocketAddress>> promise) {
        if (!address.isUnresolved()) {
            leaveOutDatabase(address, List.of(address), promise);
            return;
        }
        Future<List<InetSocketAddress>> resolving = resolver.resolveAll(address);
        resolving.addListener((Future<List<InetSocketAddress>> found) -> {
            if (found.isSuccess()) {
                leaveOutDatabase(address, found.getNow(), promise);
            } else {
                promise.tryFailure(found.cause());
            }
        });
    }

    /** By another name, or by its address, the gateway's own database is not reached either; nor is anything at its port while it is nowhere. */
    private void leaveOutDatabase(
            InetSocketAddress asked, List<InetSocketAddress> found, Promise<List<InetSocketAddress>> promise) {
        InetSocketAddress database = policy.own().databaseAt(asked.getPort());
        if (database == null) {
            check(asked, found, promise);
            return;
        }
        Future<List<InetSocketAddress>> resolving = resolver.resolveAll(database);
        resolving.addListener((Future<List<InetSocketAddress>> where) -> {
            List<InetSocketAddress> others = where.isSuccess()
                    ? found.stream()
                            .filter(address -> where.getNow().stream().noneMatch(one -> isSame(one, address)))
                            .toList()
                    : List.of();
            check(asked, others, promise);
        });
    }

    private boolean isSame(InetSocketAddress one, InetSocketAddress other) {
        return policy.own().isSame(Addresses.normal(one.getAddress()), Addresses.normal(other.getAddress()));
    }

    /** A name with some allowed addresses is connected to at those. */
    private void check(
            InetSocketAddress asked, List<InetSocketAddress> found, Promise<List<InetSocketAddress>> promise) {
        String host = Destinations.bare(asked.getHostString());
        var allowed = found.stream()
                .filter(address -> policy.allows(host, address.getAddress(), address.getPort()))
                .toList();
        if (allowed.isEmpty()) {
            promise.tryFailure(denials.denied(host, asked.getPort()));
        } else {
            promise.trySuccess(allowed);
        }
    }
}
