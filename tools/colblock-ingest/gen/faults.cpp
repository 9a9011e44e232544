// SPDX-License-Identifier: Apache-2.0
#include "gen/faults.hpp"

namespace colblock::gen {
namespace {

constexpr fault java{
    "java.util.concurrent.TimeoutException",
    "no connection became free within 2000 ms (10 in use, 37 waiting)",
    "java.util.concurrent.TimeoutException: no connection became free within 2000 ms (10 in use, 37 waiting)\n"
    "\tat shop.storage.ConnectionPool.take(ConnectionPool.java:214)\n"
    "\tat shop.storage.Session.open(Session.java:88)\n"
    "\tat shop.storage.Session.inTransaction(Session.java:131)\n"
    "\tat shop.web.RequestHandler.handle(RequestHandler.java:67)\n"
    "\tat shop.web.Router.dispatch(Router.java:152)\n"
    "\tat shop.web.Server$Worker.run(Server.java:305)\n"
    "\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)\n"
    "\tat java.base/java.util.concurrent.ThreadPoolExecutor$Worker.run(ThreadPoolExecutor.java:642)\n"
    "\tat java.base/java.lang.Thread.run(Thread.java:1583)\n"
    "Caused by: java.net.SocketTimeoutException: connect timed out\n"
    "\tat java.base/java.net.Socket.connect(Socket.java:633)\n"
    "\tat shop.storage.Connection.connect(Connection.java:59)\n"
    "\t... 9 more\n",
    "\tat shop.web.filter.FilterChain.next(FilterChain.java:{})\n"};

constexpr fault python{
    "ValueError",
    "carrier returned no rate for this parcel",
    "Traceback (most recent call last):\n"
    "  File \"/srv/app/worker.py\", line 118, in handle\n    outcome = self.process(message)\n"
    "  File \"/srv/app/worker.py\", line 154, in process\n    return self.routes[message.topic](message.body)\n"
    "  File \"/srv/app/orders.py\", line 71, in placed\n    rate = carriers.cheapest(parcel)\n"
    "  File \"/srv/app/carriers.py\", line 43, in cheapest\n    rates = [quote(carrier, parcel) for carrier in ALL]\n"
    "  File \"/srv/app/carriers.py\", line 58, in quote\n"
    "    raise ValueError(\"carrier returned no rate for this parcel\")\n"
    "ValueError: carrier returned no rate for this parcel\n",
    "  File \"/srv/app/middleware.py\", line {}, in __call__\n    return self.inner(request)\n"};

constexpr fault nodejs{
    "TypeError",
    "Cannot read properties of undefined (reading 'items')",
    "TypeError: Cannot read properties of undefined (reading 'items')\n"
    "    at renderBasket (/srv/app/views/basket.js:34:27)\n"
    "    at Layout.render (/srv/app/views/layout.js:81:12)\n"
    "    at Router.handle (/srv/app/web/router.js:140:19)\n"
    "    at next (/srv/app/web/router.js:63:14)\n"
    "    at session (/srv/app/web/session.js:29:5)\n"
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n"
    "    at async Server.serve (/srv/app/web/server.js:112:7)\n",
    "    at Chain.next (/srv/app/web/middleware/chain.js:{}:16)\n"};

constexpr fault go{
    "*url.Error",
    "Get \"http://stock:8086/levels\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    "goroutine 8123 [running]:\nmain.(*server).fail(0xc0001b2000, {0x9f2a40, 0xc00040e2a0})\n"
    "\t/src/checkout/server.go:204 +0x1d4\nmain.(*server).reserve(0xc0001b2000, {0xa01e98, 0xc0003c6180})\n"
    "\t/src/checkout/stock.go:77 +0x3c5\nmain.(*server).placeOrder(0xc0001b2000, {0xa02b50, 0xc0004361c0})\n"
    "\t/src/checkout/orders.go:131 +0x8a2\nnet/http.HandlerFunc.ServeHTTP(0xc00012a0f0, {0xa02b50, 0xc0004361c0})\n"
    "\t/usr/lib/go/src/net/http/server.go:2220 +0x29\n",
    "main.chain.func1({0xa02b50, 0xc0004361c0}, 0xc000514000)\n\t/src/checkout/chain.go:{} +0x6e\n"};

constexpr fault dotnet{
    "System.InvalidOperationException",
    "Sequence contains no elements",
    "System.InvalidOperationException: Sequence contains no elements\n"
    "   at Shop.Basket.Lines.Single(Guid product) in /src/Basket/Lines.cs:line 58\n"
    "   at Shop.Basket.BasketService.ReserveAsync(Guid basket, Guid product) in /src/Basket/BasketService.cs:line 143\n"
    "   at Shop.Basket.Api.PostItemAsync(HttpContext context) in /src/Basket/Api.cs:line 77\n"
    "   at Shop.Web.Pipeline.InvokeAsync(HttpContext context) in /src/Web/Pipeline.cs:line 49\n",
    "   at Shop.Web.Middleware.InvokeAsync(HttpContext context) in /src/Web/Middleware.cs:line {}\n"};

}  // namespace

const fault& fault_of(std::string_view language) noexcept {
    if (language == "java") return java;
    if (language == "python") return python;
    if (language == "nodejs") return nodejs;
    if (language == "dotnet") return dotnet;
    return go;
}

}  // namespace colblock::gen
