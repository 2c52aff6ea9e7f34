/** Indonesian, key by key as English; field terms stay as the field uses them. */

/** @type {Record<keyof typeof import('./en.js').default, string>} */
const words = {
  // words of several pages
  'runs': 'Pengujian', 'yes': 'ya', 'no': 'tidak', 'none': 'tidak ada', 'any': 'semua', 'unknown': 'tidak diketahui',
  'unlimited': 'tanpa batas', 'save': 'Simpan', 'continue': 'Lanjutkan', 'undo': 'Urungkan', 'cancel': 'Batalkan',
  'started': 'Dimulai', 'started.help': 'Klien yang sudah dimulai', 'connected': 'Terhubung',
  'connected.help': 'Klien yang koneksinya berhasil dibuat', 'completed': 'Selesai',
  'completed.help': 'Klien yang mendapat semua jawaban dan menutup koneksinya', 'failed': 'Gagal',
  'failed.help': 'Klien yang berakhir dengan kesalahan', 'not_started': 'Tidak dimulai',
  'not_started.help': 'Klien yang tidak dimulai', 'duration': 'Durasi', 'pace': 'Klien per detik',
  'pace.help': 'Jumlah klien yang selesai dibagi waktu', 'peak_server_threads': 'Puncak thread server',
  'client_side': 'Sisi klien', 'server_side': 'Sisi server', 'time.title': 'Waktu', 'when': 'Waktu (UTC)',
  'rate.title': 'Klien/dtk', 'load_more': 'Muat lagi', 'downloads': 'Unduhan', 'finished': 'Berakhir',
  'hold': 'Dilayani', 'predicted': 'Perkiraan', 'measured': 'Terukur', 'repeats': 'Ulangan', 'stopped_by': 'Dihentikan oleh',
  'published': 'Hasil yang diterbitkan', 'published.help': 'Hasil kuliah itu yang diterbitkan', 'results': 'Hasil',
  'results.table': 'Hasil menurut mode dan jumlah',

  // the frame of the page
  'page.skip': 'Langsung ke isi', 'page.screens': 'Layar', 'page.language': 'Bahasa',
  'page.server_help':
    'Server TIME milik Koneksi, model server {0}, backlog {1}: koneksi yang terbuka sekarang, koneksi yang diterima sejak server dimulai, dan jumlah thread-nya',
  'theme.title': 'Tema', 'theme.system': 'Sistem', 'theme.light': 'Terang', 'theme.dark': 'Gelap',
  'page.lost': 'Koneksi ke program Koneksi terputus. Menyambung kembali…',
  'page.about':
    'Koneksi mengukur berapa klien yang sanggup dilayani lingkungan ini sebagai thread, thread pool, proses, dan event loop, serta batas mana yang menghentikannya.',
  'page.server_now': '{0} terbuka, {1} diterima, {2}', 'page.server': 'Server TIME {0}: {1}',

  // things that are counted
  'n.client': 'klien', 'n.clients': 'klien', 'n.thread': 'thread', 'n.threads': 'thread', 'n.connection': 'koneksi',
  'n.connections': 'koneksi', 'n.trace': 'jejak', 'n.traces': 'jejak', 'n.time': 'kali', 'n.times': 'kali',
  'n.mode': 'mode', 'n.modes': 'mode', 'n.count': 'jumlah', 'n.counts': 'jumlah', 'n.load': 'beban',
  'n.loads': 'beban', 'n.process': 'proses', 'n.processes': 'proses', 'n.run': 'pengujian', 'n.runs': 'pengujian',
  'n.minute': 'menit', 'n.minutes': 'menit', 'n.experiment': 'rangkaian uji',
  'n.experiments': 'rangkaian uji',

  // modes
  'mode.thread': 'Thread',
  'mode_help.thread': 'Setiap klien adalah satu thread, dan semuanya dimulai secepat yang diizinkan kernel.',
  'mode.pool': 'Thread pool',
  'mode_help.pool': 'Beberapa thread melayani klien secara bergiliran, sehingga berapa pun jumlah klien dapat dijalankan.',
  'mode.process': 'Proses',
  'mode_help.process': 'Setiap klien adalah satu proses (fork). Ini cara yang paling berat.',
  'mode.event': 'Event loop',
  'mode_help.event':
    'Satu loop di setiap inti prosesor menjalankan semua klien: untuk jumlah yang tidak terjangkau mode lain.',
  'mode.uring': 'io_uring',
  'mode_help.uring':
    'Seperti event loop, tetapi klien diserahkan ke kernel secara berkelompok melalui io_uring: panggilan sistem per klien lebih sedikit.',
  'mode.title': 'Mode',
  'uring.kernel': 'versi kernel ini lebih tua daripada Linux 5.19 atau dibangun tanpa io_uring: diperlukan kernel yang lebih baru',
  'uring.sysctl':
    'kernel.io_uring_disabled bernilai 2, yang menonaktifkan io_uring: sysctl kernel.io_uring_disabled=0 mengizinkannya',
  'uring.restricted':
    'kernel.io_uring_disabled bernilai 1, yang membatasi io_uring pada root dan grup kernel.io_uring_group: sysctl kernel.io_uring_disabled=0 mengizinkannya bagi semua',
  'uring.filter':
    'profil seccomp, misalnya milik kontainer, atau modul keamanan menolak io_uring: profil itu harus mengizinkan io_uring_setup, io_uring_enter, dan io_uring_register',

  // server models
  'model_help.thread': 'Setiap koneksi memiliki satu thread, seperti dalam rangkaian uji klasik.',
  'model_help.pool': 'Thread pekerja dalam jumlah tetap melayani koneksi secara bergiliran.',
  'model_help.epoll': 'Satu loop di setiap inti melayani semua koneksi tanpa menunggu salah satunya.',
  'model_help.uring': 'Satu loop di setiap inti, yang menyerahkan pekerjaannya kepada kernel lewat io_uring.',
  'model.thread': 'Thread', 'model.pool': 'Pool', 'model.epoll': 'Epoll', 'model.uring': 'io_uring',

  // fields of a run
  'field_help.count': 'Jumlah seluruh klien, 1 sampai 10.000.000.', 'field.pool_size': 'Ukuran pool (thread)',
  'field_help.pool_size':
    'Jumlah thread yang melayani klien secara bergiliran; bawaannya inti + 4, paling banyak 32. Hanya untuk thread pool.',
  'field.ranks': 'Pembangkit beban (rank)',
  'field_help.ranks':
    'Jumlah pembangkit beban yang berbagi klien: lebih dari satu jika satu proses tidak boleh membuka cukup banyak koneksi. Semuanya berjalan di host dalam --hostfile, atau di mesin ini jika tidak ada. Lebih dari satu memerlukan MPI.',
  'field.hold': 'Klien dilayani',
  'field_help.hold': 'Apakah setiap klien menahan koneksinya sampai semua mendapat jawaban.',
  'served.false': 'Bergiliran', 'served_help.false': 'Setiap klien menutup koneksinya begitu mendapat jawaban.',
  'served.true': 'Secara bersamaan',
  'served_help.true': 'Setiap klien menahan koneksinya sampai semua mendapat jawaban (hold).',
  'field.requests': 'Permintaan per klien',
  'field_help.requests': 'Berapa kali setiap klien mengirim permintaannya melalui koneksinya.',
  'field.sources': 'Alamat asal',
  'field_help.sources': 'Dari berapa alamat loopback klien datang bergantian, mulai dari 127.0.0.1. 0: sebanyak yang dibutuhkan port-nya, lebih banyak selama koneksi yang sudah ditutup masih menahan port.',
  'field.rate': 'Laju (klien/dtk)',
  'field_help.rate':
    'Klien yang dimulai per detik; 0: secepat mungkin. Waktu setiap klien lalu dihitung sejak klien itu seharusnya dimulai, sehingga kemacetan terlihat.',
  'field.exchange': 'Percakapan',
  'field_help.exchange': 'Yang dikatakan setiap klien kepada server, dan jawaban yang diharapkannya.',
  'field.path': 'Path', 'field_help.path': 'Yang diminta setiap klien.',
  'field.send': 'Kirim',
  'field_help.send':
    'Kosong: klien hanya menunggu. \\r, \\n, \\t, \\\\, dan \\x41 dibaca seperti dalam bahasa C, jadi akhiri baris dengan \\r\\n atau \\n.',
  'field.expect': 'Jawaban yang diharapkan',
  'field_help.expect': 'Awal jawaban yang diharapkan, ditulis seperti di atas. Kosong: jawaban apa pun diterima.',
  'field.request': 'Isi permintaan',
  'field_help.request': 'Yang dikirim setiap klien untuk menanyakan waktu. Sebagian server menolak baris kosong, sebagian lagi membutuhkannya.',
  'field.timeout_ms': 'Batas waktu (ms)',
  'field_help.timeout_ms': 'Klien yang belum mendapat jawaban terakhirnya setelah waktu ini dinyatakan gagal.',
  'field.stack_kib': 'Stack thread (KiB)', 'field_help.stack_kib': 'Memori untuk stack setiap thread klien.',
  'field.target': 'Sasaran',
  'field_help.target':
    'HOST:PORT, atau beberapa yang dihubungi klien secara bergiliran: 10.9.0.2:45001-45004,10.9.0.3:45001. Alamat di luar loopback harus diizinkan ketika Koneksi dimulai.',
  'field.limits.nofile': 'Batas: berkas terbuka',
  'field_help.limits.nofile': 'RLIMIT_NOFILE pembangkit beban, diturunkan hanya untuk pengujian ini.',
  'field.limits.nproc': 'Batas: task',
  'field_help.limits.nproc': 'RLIMIT_NPROC pembangkit beban: thread dan proses milik penggunanya. Tidak berlaku bagi root.',
  'field.limits.as_mib': 'Batas: memori (MiB)',
  'field_help.limits.as_mib': 'RLIMIT_AS pembangkit beban: ruang alamatnya.', 'field.label': 'Label',
  'field_help.label': 'Catatan untuk menemukan kembali pengujian ini, paling panjang 120 karakter.',
  'field.count': 'Klien',
  'exchange.time': 'TIME', 'exchange.connect': 'hanya koneksi', 'exchange.echo': 'echo', 'exchange.http': 'HTTP',
  'exchange.redis': 'PING ke Redis', 'exchange.memcached': 'version ke memcached', 'exchange.custom': 'buatan sendiri',
  'exchange_help.time': 'Setiap klien menanyakan waktu dan membaca jawabannya.',
  'exchange_help.connect': 'Setiap klien membuka koneksi tanpa mengatakan apa-apa.',
  'exchange_help.echo': 'Setiap klien mengirim satu baris dan mendapat baris yang sama kembali.',
  'exchange_help.http': 'Setiap klien meminta halaman; status 2xx atau 3xx berarti selesai.',
  'exchange_help.redis': 'Setiap klien mengirim PING dan mendapat +PONG.',
  'exchange_help.memcached': 'Setiap klien mengirim version dan mendapat VERSION.',
  'exchange_help.custom': 'Setiap klien mengirim isian di bawah ini, lalu memeriksa jawabannya.',
  'request.crlf2': 'TIME\\r\\n\\r\\n (dengan baris kosong)', 'request.crlf': 'TIME\\r\\n',

  // states of a run
  'status.queued': 'menunggu', 'status.running': 'berjalan', 'status.completed': 'selesai', 'status.failed': 'gagal',
  'status.cancelled': 'dibatalkan', 'status.interrupted': 'terputus', 'status.partly': 'selesai dengan kegagalan',
  'status.title': 'Status',

  // where a client failed
  'phase.start': 'thread atau prosesnya tidak dapat dimulai', 'phase.connect': 'koneksinya tidak dapat dibuat',
  'phase.send': 'permintaannya tidak dapat dikirim', 'phase.receive': 'jawabannya tidak sampai seutuhnya',
  'phase.refused': 'server menolaknya', 'phase.protocol': 'server mengirim jawaban lain', 'phase.timeout': 'waktunya habis', 'phase.hold': 'server menutup koneksinya selama ditahan', 'side.server': 'server',
  'side.client': 'klien', 'side.both': 'klien dan server', 'side.path': 'jalur di antaranya',

  // verdicts
  'certainty.proved': 'terbukti', 'certainty.likely': 'kemungkinan besar', 'certainty.unknown': 'tidak pasti',
  'verdict.cap_hint': 'Pada {0}, batas ini biasanya diatur lewat {1}.',
  'verdict.raise': 'Cara menaikkannya: ',
  'verdict.needed': 'Agar semua klien selesai, nilainya harus kira-kira {0}.',
  'proof.moved': 'Terbukti: dengan {0} pada {1}, jumlah maksimumnya {2}, sesuai perkiraan.',
  'proof.not_moved': 'Tidak terbukti: jumlah maksimum {0} diperkirakan, {1} yang ditemukan.',

  // the environment of a run
  'env.kernel': 'Kernel', 'env.machine': 'Mesin', 'env.system': 'Sistem', 'env.cores': 'Inti prosesor',
  'env.memory_bytes': 'Memori', 'env.container': 'Kontainer', 'env.versions': 'Versi',
  'env.fingerprint': 'Sidik jari', 'env.host': 'Nama host', 'env.host_fingerprint': 'Sidik jari host',

  // limits
  'limit.on_side': '{0} di sisi {1}', 'limit.shared': '{0}, dipakai bersama oleh kedua sisi', 'limits.limit': 'Batas',
  'scope.process': 'proses', 'scope.user': 'pengguna', 'scope.cgroup': 'cgroup', 'scope.machine': 'mesin', 'scope.socket': 'soket',
  'limits.side': 'Sisi', 'limits.side_help': 'klien: pembangkit beban; server: Koneksi dengan server TIME-nya',
  'limits.used': 'Terpakai di awal',
  'limits.used_help': 'Berapa yang terpakai ketika pengujian dimulai, sebelum klien-kliennya',
  'limits.at_failure': 'Saat klien gagal',
  'limits.at_failure_help': 'Berapa yang terpakai saat pertama kali muncul kesalahan yang dialami klien terbanyak',
  'limits.at_peak': 'Paling banyak', 'limits.at_peak_help': 'Pemakaian terbanyak yang terlihat', 'limits.of': 'Dari',
  'limits.of_help': 'Nilai batas itu', 'limits.share': 'Persentase',
  'limits.share_help': 'Yang terbesar dari ketiga jumlah itu, dibagi nilainya', 'limits.source': 'Sumber',
  'limits.raise': 'Cara menaikkannya', 'limits.none': 'Tidak ada batas yang tercatat.',
  'limits.title': 'Batas kedua sisi',

  // the prediction
  'predict.unavailable': 'Tidak tersedia di sini: {0}.',
  'predict.none': '{0}: tidak ada batas yang diketahui akan menghentikannya',
  'predict.within': '{0}: masih di dalam semua batas; batas terdekat, {2}, tercapai pada {1} klien',
  'predict.stops': '{0}: berhenti pada {1} klien karena {2}',
  'predict.stops_about': '{0}: berhenti pada kira-kira {1} klien karena {2}; memori yang dipakai satu klien berbeda-beda antarkernel',
  'predict.at_once':
    '{0}: paling banyak {1} dapat hidup bersamaan karena {2}; tanpa menahan koneksi, sebagian berakhir ketika yang lain baru dimulai, jadi yang selesai mungkin lebih banyak',
  'predict.queues':
    ' Klien secara bersamaan lebih banyak daripada yang muat dalam antrean accept: sebagian mungkin macet beberapa detik.',
  'ladder.title': 'Batas menurut urutan; coba nilai lain', 'ladder.step': 'Pada {0} klien: {1}. {2} klien memerlukan {3}.',
  'ladder.all': 'Lalu tidak ada batas yang diketahui menghentikannya.', 'ladder.none': 'Tidak ada batas yang diketahui menghentikannya.',
  'ladder.what_if': 'Bagaimana jika', 'ladder.were': 'bernilai',
  'ladder.value': 'Nilainya: bilangan, atau tanpa batas', 'ladder.drop': 'Jangan andaikan ini lagi',

  // what happened, in one sentence
  'message.Koneksi ended during the run': 'Koneksi berakhir selama pengujian', 'message.the panel was stopped': 'Koneksi dihentikan',
  'sentence.queued': 'Menunggu giliran: pengujian berjalan satu per satu.',
  'sentence.running': 'Berjalan…',
  'sentence.cancelled': 'Dibatalkan: {0} dari {1} selesai, {2} gagal atau terputus{3}.',
  'sentence.failed': 'Pembangkit beban gagal{0}. {1} dari {2} selesai{3}.',
  'sentence.interrupted': 'Terputus{0}. {1} dari {2} selesai{3}.', 'sentence.completed': '{0} dari {1} selesai; {2}.',
  'sentence.not_started': ', {0} tidak dimulai', 'sentence.took': ' dalam {0}',
  'sentence.one': 'Klien itu selesai{0}.', 'sentence.all': 'Semua {0} selesai{1}.', 'failures.count': '{0} gagal',
  'failures.at': '{0} gagal pada {1}', 'failures.mostly': '{0} gagal, sebagian besar ({1}) pada {2}',

  // errors
  'error.unreachable': 'Koneksi tidak menjawab.',
  'error.screen': 'Halaman ini dapat ditampilkan setelah Koneksi menjawab lagi.',
  'error.status': 'Koneksi menjawab dengan status {0}.', 'error.chart_library': 'Pustaka grafik tidak dapat dimuat.',
  'error.part': 'Tidak tersedia: {0}',

  // what is wrong with a field, or why something was refused
  'number.whole': 'Isi dengan bilangan bulat, misalnya {0}.', 'number.range': 'Isi dengan bilangan dari {0} sampai {1}.',
  'number.ids': '“{0}” bukan nomor atau rentang nomor, misalnya 3 atau 4-6.',
  'number.ids_many': 'Rentang {0} memuat lebih dari {1} nomor.',
  'number.ambiguous': '{0} dapat dibaca sebagai dua bilangan yang berbeda. Untuk {1}, tulis {1} atau {2}.',
  'target.no_port': 'Isi dengan host dan port, misalnya 127.0.0.1:8080.',
  'target.port': 'Tidak ada port {0}: nomor port 1 sampai {1}.',
  'target.reversed': 'Rentang {0} berakhir sebelum permulaannya.',
  'target.twice': '{0} ada dua kali dalam daftar.',
  'target.too_many': 'Daftar memuat paling banyak {0} alamat.',
  'refused': 'Koneksi menolaknya dengan pesan: {0}',
  'refused.target': 'Koneksi tidak dapat memakai sasaran ini: {0}',
  'refused.target.forbidden': 'Sasaran ini tidak diizinkan. Pakailah alamat loopback, atau mulai Koneksi dengan --allow-target.',
  'refused.hold': 'Agar semua dilayani bersamaan, ukuran pool tidak boleh kurang dari jumlah klien.',
  'refused.requests': 'Pada percakapan “hanya koneksi”, klien tidak mengirim permintaan: isi dengan 1.',
  'refused.path': 'Path diawali dengan / dan tidak memuat spasi ataupun huruf di luar ASCII.',
  'refused.send': 'Isilah Kirim atau Jawaban yang diharapkan, paling panjang 1.024 byte.',
  'refused.expect': 'Paling panjang 1.024 byte, tanpa NUL.',
  'refused.modes': 'Pilih paling sedikit satu mode.',
  'refused.counts': 'Isi paling sedikit satu bilangan; mode, jumlah, dan ulangan seluruhnya paling banyak 1.000 pengujian.',
  'refused.full': 'Sudah terlalu banyak yang menunggu. Coba lagi setelah sebagian selesai.',
  'refused.conflict': 'Ini tidak dapat dilakukan selama ada pengujian atau rangkaian uji yang berjalan.',
  'refused.unavailable': 'Koneksi tidak dapat melakukannya sekarang: {0}.',

  // dialogs
  'token.title': 'Koneksi memerlukan token',
  'token.explanation':
    'Token tertulis dalam berkas yang diberikan ketika Koneksi dimulai (--token-file). Token hanya disimpan untuk tab ini.',
  'token.wrong': 'Token ini salah.', 'token': 'Token', 'delete': 'Hapus', 'delete.question': 'Hapus pengujian {0}?',
  'delete.explanation': 'Cuplikan, kesalahan, dan transkripnya ikut terhapus.', 'delete.no': 'Batal',

  // the answer at a glance
  'headline.title': 'Berapa klien sanggup dilayani lingkungan ini secara bersamaan?',
  'headline.predicted_help': 'Yang diizinkan batas-batas lingkungan ini sekarang, dan batas yang menghentikan klien berikutnya',
  'headline.measured_help': 'Jumlah maksimum setiap mode: yang terbaru di antara yang mencapai suatu batas, atau jika tidak ada, yang terbesar; dengan server bawaan dan tanpa batas yang diturunkan',
  'headline.not_measured': 'belum', 'headline.about': 'sekitar {0}', 'headline.at_least': 'paling sedikit {0}',
  'headline.range': '{0} sampai {1}', 'headline.unavailable': 'tidak tersedia',
  'headline.no_limit': 'tanpa batas yang diketahui', 'survey.button': 'Survei mesin ini',
  'survey.question': 'Survei mesin ini?',
  'survey.length': 'Survei menjalankan beban klasik setiap mode, lalu mencari jumlah maksimumnya, dalam sekitar {0}, yang mungkin berlangsung kira-kira {1}.',
  'survey.uses': 'Selama beberapa detik {0} bisa habis terpakai; saat itu program lain mungkin tidak dapat memulai proses atau membuka koneksi.',
  'survey.uses_nothing': 'Survei tidak menghabiskan apa pun yang dipakai bersama program lain.',
  'kind.survey': 'Survei: {0}', 'survey.found': 'Secara bersamaan: {0}.',
  'survey.nothing_yet': 'Belum ada jumlah maksimum yang ditemukan.', 'survey.start': 'Mulai survei',
  'survey.no': 'Nanti saja', 'survey.max': 'Coba sampai',
  'survey.max_help': 'Klien secara bersamaan; jumlah yang lebih besar tidak dicoba, dan beban klasik yang lebih besar tidak dijalankan.',

  // the start form
  'start.page': 'Koneksi: pengujian', 'start.title': 'Mulai pengujian',
  'start.builtin': 'Server TIME bawaan', 'start.on_this_machine': 'Server di mesin ini',
  'start.no_listeners': 'tidak ada server lain', 'start.another': 'Alamat lain',
  'start.another_address': 'Alamat server (HOST:PORT)', 'start.listener': '{0}, port {1}',
  'start.unknown_program': 'program tidak diketahui', 'start.not_utf8': 'Isian ini harus UTF-8.',
  'start.escape': 'Garis miring terbalik pada karakter ke-{0} bukan awal \\r, \\n, \\t, \\\\, atau \\x01 sampai \\xff.',
  'start.mode': 'Jalankan klien sebagai', 'start.presets': 'Jumlah klasik', 'start.preset': '{0} klien',
  'start.button': 'Mulai', 'start.change': 'Ubah', 'start.brief': '{0} × {1}, {2}',
  'start.ceiling_help': 'Jumlah klien terbanyak yang dilayani secara bersamaan; jumlah di atas diabaikan',
  'start.or': 'Atau mulai rangkaian uji: ', 'start.series': 'sapuan atau rangkaian uji klasik',
  'start.address': '. Tautan ke halaman ini memuat semua isian.', 'start.advanced': 'Lanjutan',
  'start.pool_hint': 'inti + 4', 'start.unchanged': 'tidak diubah',

  // the live view
  'live.title': 'Pantauan langsung', 'live.last': 'Pengujian terakhir', 'live.label': 'Pengujian yang sedang berjalan',
  'live.none': 'Tidak ada pengujian yang sedang berjalan.',
  'live.help': 'Mulailah satu dan amati kedua sisi di sini: berapa klien yang sudah mendapat jawaban, berapa thread yang dipakai setiap sisi, dan kedua log. Setelah pengujian selesai, satu kalimat menjelaskan apa yang terjadi.',
  'live.more': 'dan {0} lagi', 'live.waiting': '{0} menunggu',
  'live.waiting_many': '{0} menunggu', 'log.client': 'Log klien', 'log.server': 'Log server',
  'progress.label': 'Klien yang sudah berakhir, dalam persen', 'progress.start_took': 'Waktu memulai',
  'progress.started': '{0} dalam {1}', 'progress.started_help': 'Sampai klien terakhir hidup: {0}',
  'progress.peak_clients': 'Puncak klien',
  'progress.peak_clients_help': 'Klien terbanyak yang hidup secara bersamaan, masing-masing antara awal dan akhirnya',
  'progress.elapsed': 'Sudah berjalan', 'progress.elapsed_help': 'Sejak pengujian dimulai',
  'progress.left': 'Sisa waktu', 'progress.left_help': 'Perkiraan menurut laju sejauh ini',
  'progress.peak_units': 'Puncak {0} klien',
  'progress.peak_units_help': '{0} klien terbanyak yang hidup secara bersamaan',
  'progress.peak_server_help': 'Thread server TIME terbanyak secara bersamaan, termasuk yang menerima koneksi',
  'progress.open_client': 'Puncak koneksi terbuka, sisi klien',
  'progress.open_client_help': 'Koneksi terbuka terbanyak secara bersamaan, menurut klien',
  'progress.open_server': 'Puncak koneksi terbuka, sisi server',
  'progress.open_server_help': 'Koneksi terbuka terbanyak secara bersamaan, menurut server TIME',

  // charts
  'chart.sides': 'Thread kedua sisi', 'chart.sides_help': '{0} klien dan thread server yang hidup pada setiap saat',
  'chart.client_units': '{0} klien', 'chart.server_threads': 'Thread server',
  'chart.pace_help': 'klien yang selesai, selama sepersepuluh detik terakhir; pada awalnya, sejak dimulai', 'chart.open': 'Koneksi terbuka',
  'chart.open_help': 'menurut hitungan setiap sisi; yang dalam antrean menunggu diterima',
  'chart.queue': 'Antrean accept', 'chart.fds': 'Deskriptor terbuka',
  'chart.fds_help': 'berkas, soket, dan pipa dari semua proses setiap sisi', 'chart.more': 'Koneksi dan deskriptor',
  'chart.allows': '{0} {1} mengizinkan {2}', 'chart.reached': '{0} {1}: tercapai {2}',
  'chart.room': '{0} {1}: tersisa {2}', 'chart.dotted': '; titik-titik: puncaknya, yang tidak terekam oleh cuplikan',
  'chart.zoom_help': 'Seret melintasi grafik untuk memperbesar: semua grafik mengikuti. Klik grafik untuk melihatnya dalam ukuran penuh.',
  'chart.zoomed': 'Ditampilkan: {0} sampai {1}', 'chart.reset': 'Tampilkan semua', 'chart.close': 'Tutup',
  'chart.enlarge': 'Ukuran penuh', 'chart.enlarge_named': 'Ukuran penuh: {0}',
  'chart.keys': '{0}. Tombol: + dan − memperbesar dan memperkecil, kiri dan kanan menggeser, 0 menampilkan semua, Enter menampilkan ukuran penuh.',
  'table.show': 'Tampilkan sebagai tabel', 'unfinished.none': '{0} sebelum pengujian pertama berakhir.', 'unfinished.after': '{0} setelah {1}.',
  'unfinished.search': '{0} setelah {1}; jumlah klien terbesar yang selesai: {2}.', 'unfinished.of': '{0} dari {1}',
  'experiment.runs_deleted': 'Pengujiannya sudah dihapus (--keep-runs), begitu pula hasilnya.',
  'table.found': '{0} dari {1} selesai tanpa kegagalan.',

  // latency
  'latency.help': 'p99 berarti 99 dari 100 klien memerlukan paling lama sekian.',

  // the server
  'server.title': 'Server TIME', 'server.apply': 'Terapkan', 'server.model': 'Model server',
  'server.backlog': 'Backlog', 'server.backlog_help': 'Ukuran antrean accept, bagi koneksi yang menunggu diterima.',
  'server.workers': 'Pekerja',
  'server.workers_help': 'Thread untuk model pool, 1 sampai 10.000. Model lain tidak memakainya.',
  'server.change': 'Ubah pengaturan',
  'server.busy': 'Pengujian {0} sedang berjalan. Server dapat diubah setelah pengujian itu selesai.',
  'server.full':
    'Server sekarang tidak menerima koneksi: seluruh {0} koneksinya sedang terpakai. Server melanjutkan setelah satu koneksi ditutup.',
  'server.exhausted':
    'Server sekarang tidak menerima koneksi: sistem kehabisan deskriptor atau memori. Server melanjutkan setelah tersedia lagi.',
  'server.overflowed': 'Antrean accept sudah meluap {0} sejak server dimulai.',
  'server.reset': 'Server memutus {0} karena sistem menolak yang dibutuhkannya, misalnya thread.',
  'server.state': '{0} dari paling banyak {1} koneksi terbuka, {2} menunggu dalam antrean accept yang memuat {3}.',

  // the history
  'history.title': 'Riwayat', 'history.select_help': 'Pilih yang akan dibandingkan atau dihapus',
  'history.run_help': 'Nomor pengujian atau rangkaian uji', 'history.when_help': 'Kapan diminta, dalam UTC',
  'history.mode_help': 'Bagaimana klien dijalankan', 'history.count_help': 'Jumlah seluruh klien',
  'history.completed_help': 'Klien yang mendapat semua jawaban', 'history.status_help': 'Keadaan pengujian',
  'history.verdict_help': 'Batas, batasan server, atau sebab yang menghentikan klien',
  'history.rate_help': 'Klien yang selesai per detik', 'history.p99': 'p99',
  'history.target_help': 'Server yang dibebani', 'history.host': 'Host',
  'history.host_help': 'Mesin tempat pengujian dijalankan', 'history.label_help': 'Catatan yang diberikan di awal',
  'history.change': 'Ubah', 'history.change_help': 'Ganti label atau hapus', 'history.held': 'secara bersamaan',
  'history.in_turn': 'bergiliran', 'history.builtin': 'server bawaan', 'history.server_at': '{0} di {1}', 'history.experiment': 'Rangkaian {0}',
  'history.unfold': 'Pengujian dari rangkaian uji {0}', 'history.select_run': 'Pilih pengujian {0}',
  'history.select_experiment': 'Pilih rangkaian uji {0}', 'history.select_all': 'Pilih semua yang ditampilkan',
  'history.delete_some': 'Hapus yang dipilih ({0})',
  'history.deleted': 'Pengujian {0} dihapus, beserta cuplikan, kesalahan, dan transkripnya.',
  'history.deleted_experiment': 'Rangkaian uji {0} dihapus, beserta pengujiannya.',
  'history.deleted_some': 'Dihapus: {0}.', 'history.and': '{0} dan {1}', 'history.csv': 'Unduh CSV',
  'history.database': 'Unduh basis data', 'history.empty': 'Belum ada pengujian di sini.',
  'history.kept': 'Bagian dari hasil rangkaian uji {0}: dihapus bersama rangkaian ujinya.',
  'history.delete': 'Hapus pengujian {0}', 'history.delete_experiment': 'Hapus rangkaian uji {0}',
  'history.rename': 'Ganti label', 'history.rename_number': 'Ganti label pengujian {0}',
  'history.rename_experiment': 'Ganti label rangkaian uji {0}', 'history.label_of': 'Label pengujian {0}',
  'history.label_of_experiment': 'Label rangkaian uji {0}', 'history.compare_none': 'Bandingkan: pilih dua atau lebih',
  'history.compare_many': 'Bandingkan: {0} pengujian dipilih, paling banyak {1}',
  'history.report_help': 'Laporan tepat tentang pengujian dan rangkaian uji yang dipilih, untuk dikumpulkan',
  'history.compare_some': 'Bandingkan {0} pengujian', 'history.all': 'Semua pengujian dan rangkaian uji',

  // the page of a run
  'run': 'Pengujian', 'run.title': 'Pengujian {0}: {1}', 'run.at': '{0}, {1} di {2}',
  'run.cancel': 'Batalkan pengujian', 'run.cancel_number': 'Batalkan pengujian {0}',
  'late.client': 'pembangkit beban terlambat', 'late.server': 'server terlambat',
  'late.both': 'prosesor sibuk oleh kedua sisi',

  // comparison
  'compare': 'Bandingkan', 'measure.cpu_client': 'Waktu CPU satu klien, sisi klien',
  'measure.cpu_client_help': 'Waktu CPU pembangkit beban beserta prosesnya, dibagi jumlah klien. Tidak diketahui jika seluruhnya kurang dari 20 ms',
  'measure.memory': 'Memori satu klien',
  'measure.memory_help': 'Memori yang dipakai klien-klien yang hidup bersamaan di pembangkit beban, dibagi jumlahnya; pada mode proses, memori milik setiap proses sendiri. Memori kernel untuk klien tidak termasuk. Tidak diketahui jika kurang dari 1.000 klien hidup bersamaan',

  // experiments
  'experiment': 'Rangkaian uji', 'experiment.number': 'Rangkaian uji {0}', 'experiment.link': 'rangkaian uji {0}',
  'experiments': 'Rangkaian uji', 'kind.ceiling': 'Jumlah maksimum: {0}',
  'kind.proof': 'Pembuktian untuk pengujian {0}', 'kind.sweep': 'Sapuan: {0} × {1}',
  'kind.classic': 'Rangkaian uji klasik', 'ceiling.find': 'Cari jumlah maksimum',
  'ceiling.none': '{0}: tidak ditemukan batas sampai {1} klien{2}',
  'ceiling.found': '{0}: {1} klien{2} semuanya selesai; dengan {3} klien sebagian gagal',
  'ceiling.at_once': ' secara bersamaan',
  'ceiling.range': '{0}: {1} klien{2} selesai; mesin dipakai bersama program lain, dan hasil pengujian tidak sama',
  'ceiling.lost': '{0}: {1} klien{2} selesai{3}; setelah pengujian {4} server tidak melayani siapa pun, sehingga pencarian berakhir di situ',
  'ceiling.not_one': '{0}: tidak satu klien pun selesai',
  'ceiling.no_count': '{0}: dengan {1} klien tidak semuanya selesai, dan jumlah yang lebih kecil tidak dicoba',
  'ceiling.unknown': '; penyebabnya tidak diketahui',
  'ceiling.not_started': '{0}: pembangkit beban sendiri tidak dapat mulai, bahkan untuk satu klien',
  'ceiling.no_count_started': '{0}: dengan {1} klien pembangkit beban sendiri tidak dapat mulai, dan jumlah yang lebih kecil tidak dicoba',
  'ceiling.found_not_started': '{0}: {1} klien{2} semuanya selesai; dengan {3} klien pembangkit beban sendiri tidak dapat mulai',
  'ceiling.start_unknown': '; apa yang menghalanginya tidak diketahui',

  // the link to the report
  'report': 'Laporan',
};

export default words;
