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
            check(address, List.of(address), promise);
            return;
        }
        Future<List<InetSocketAddress>> resolving = resolver.resolveAll(address);
        resolving.addListener((Future<List<InetSocketAddress>> found) -> {
            if (found.isSuccess()) {
                check(address, found.getNow(), promise);
            } else {
                promise.tryFailure(found.cause());
            }
        });
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
