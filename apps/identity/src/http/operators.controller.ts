import { Body, Controller, Delete, Get, Header, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  instantField,
  operatorAdded,
  operatorChanged,
  operatorCredentialsReset,
  operatorUnblocked,
} from '@recapito/contracts';
import {
  ArrivedAt,
  answer,
  CurrentCaller,
  operatorName,
  Permission,
  Publishes,
  RecordsNothing,
  tokenAudiences,
  writtenOperatorName,
} from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { addOperator, resetOperator } from '../application/add-operator.ts';
import type { Activation } from '../application/add-operator.ts';
import { changeOperator, liftOperatorBlock } from '../application/change-operator.ts';
import { activeRoles, listOperators } from '../persistence/operator.store.ts';
import { OpenIdProvider } from '../provider/open-id-provider.ts';
import { OperatorParts } from './operator-parts.ts';
import { statusOf } from './problem.ts';
import { liftedView } from './shapes.ts';

const rolesField = z.array(z.string().max(60)).min(1).max(20);
const byName = z.object({ name: writtenOperatorName });
const atService = byName.extend({ service: z.enum(tokenAudiences) });
const permissionsView = z.object({ permissions: z.array(z.string()) });
const addBody = z.strictObject({ name: operatorName, fullName: z.string().trim().min(1).max(200), roles: rolesField });
const changeBody = z.strictObject({ roles: rolesField, state: z.enum(['active', 'disabled']) });
const stateField = z.enum(['invited', 'active', 'disabled']);
const operatorView = z.object({
  name: z.string(),
  fullName: z.string(),
  roles: z.array(z.string()),
  state: stateField,
});
/** Where password and second factor are chosen, once, and until when (system clock). */
const linkView = z.object({ name: z.string(), link: z.url(), until: instantField });

/** The accounts of the people who run the suite. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('operators')
export class OperatorsController {
  constructor(
    private readonly parts: OperatorParts,
    private readonly provider: OpenIdProvider,
  ) {}

  /** All accounts of operators. */
  @Get()
  @Permission('list-operators')
  @RecordsNothing('the names of colleagues, for who manages them')
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(operatorView) }) })
  async list(): Promise<{ items: z.output<typeof operatorView>[] }> {
    const operators = await listOperators(this.parts.activation.database.client);
    return {
      items: operators.map(({ name, fullName, roles, state }) => ({ name, fullName, roles: [...roles], state })),
    };
  }

  /** What an operator may do at a service at this moment; nothing for a name that nobody has, or a disabled account. */
  @Get(':name/permissions/:service')
  @Permission('check-operator')
  @RecordsNothing('a service asks before an act of two persons, and publishes the act')
  @ApiResponse({ status: 200, standardSchema: permissionsView })
  async permissions(
    @Param({ schema: atService }) { name, service }: z.output<typeof atService>,
  ): Promise<z.output<typeof permissionsView>> {
    const { activation, roles } = this.parts;
    return { permissions: roles.permissionsOf(await activeRoles(activation.database.client, name), service) };
  }

  @Post()
  @Permission('add-operator')
  @Publishes(operatorAdded)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Gives somebody an account; the link to activate it is shown this once' })
  @ApiResponse({ status: 201, standardSchema: linkView })
  async add(
    @Body({ schema: addBody }) body: z.output<typeof addBody>,
    @CurrentCaller() { name: by }: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof linkView>> {
    const { activation, roles } = this.parts;
    const change = { by, at, now: activation.system.now(), factorKey: activation.secrets.newestKey };
    const added = await activation.database.transaction((tx) => addOperator(tx, roles.names, body, change));
    return this.#linkView(body.name, answer(added, statusOf));
  }

  @Post(':name/activation')
  @Permission('add-operator')
  @Publishes(operatorCredentialsReset)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Takes every credential of an operator away and shows a new link to choose others, this once',
  })
  @ApiResponse({ status: 201, standardSchema: linkView })
  async reset(
    @Param({ schema: byName }) { name }: z.output<typeof byName>,
    @CurrentCaller() { name: by }: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof linkView>> {
    const { activation } = this.parts;
    const change = { by, at, now: activation.system.now(), factorKey: activation.secrets.newestKey };
    return this.#linkView(
      name,
      answer(await activation.database.transaction((tx) => resetOperator(tx, name, change)), statusOf),
    );
  }

  /** Gives an operator other roles, or disables or enables the account. */
  @Put(':name')
  @Permission('change-operator')
  @Publishes(operatorChanged)
  @ApiResponse({ status: 200, standardSchema: operatorView })
  async change(
    @Param({ schema: byName }) { name }: z.output<typeof byName>,
    @Body({ schema: changeBody }) body: z.output<typeof changeBody>,
    @CurrentCaller() { name: by }: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof operatorView>> {
    const { activation, roles } = this.parts;
    const command = { name, ...body, by, at };
    const { fullName, ...changed } = answer(
      await activation.database.transaction((tx) => changeOperator(tx, roles, command)),
      statusOf,
    );
    return { name, fullName, roles: [...changed.roles], state: changed.state };
  }

  /** Ends a block before its time, when the operator has proved otherwise who it is. */
  @Delete(':name/block')
  @Permission('change-operator')
  @Publishes(operatorUnblocked)
  @ApiResponse({ status: 200, standardSchema: liftedView })
  async lift(
    @Param({ schema: byName }) { name }: z.output<typeof byName>,
    @CurrentCaller() { name: by }: Caller,
    @ArrivedAt() at: Instant,
  ): Promise<z.output<typeof liftedView>> {
    const { database } = this.parts.activation;
    return answer(await database.transaction((tx) => liftOperatorBlock(tx, { name, by, at })), statusOf);
  }

  #linkView(name: string, { token, until }: Activation): z.output<typeof linkView> {
    return { name, link: `${this.provider.issuer}/activation/${token}`, until };
  }
}
